import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatInteger } from "../core/format";
import { FRAME } from "../texts/frame";
import { DropDown } from "./DropDown";
import { type TabSizes, overflowingTabs } from "./overflowingTabs";
import "./Tabs.css";

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  /** How much in it waits for the reader. */
  readonly waits?: number;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** The tabs whose panels are in sight: one, or the left one and the right one. */
  readonly open: readonly string[];
  /** The place among these in which the next panel opens. */
  readonly active?: number;
  readonly onSelect: (id: string, place: number) => void;
  /** Makes the ids of this view's elements its own. */
  readonly scope: string;
}

/**
 * The WAI-ARIA tabs pattern, for one panel or two: each open tab is one stop for Tab, from which arrows open others in its
 * place. Tabs without room are in a menu.
 */
export function Tabs({ label, tabs, open, active = 0, onSelect, scope }: Props): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const sizes = useTabSizes(frame, list, tabs.length);
  const ids = tabs.map(({ id }) => id);
  const away = overflowingTabs(ids, open, sizes);
  const focus = useFocusTab(list);
  const placeOf = (id: string) => (open.includes(id) ? open.indexOf(id) : active);
  const onClick = (id: string, event: MouseEvent) => {
    const place = placeOf(id);
    onSelect(id, event.shiftKey && open.length > 1 && !open.includes(id) ? 1 - place : place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = (event.target as Element).closest<HTMLElement>("[role=tab]")?.dataset.id ?? "";
    const choice = ids.filter((id) => id === now || !open.includes(id));
    const next = choice[nextTabIndex(event.key, choice.indexOf(now), choice.length) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next, placeOf(now));
    focus(next);
  };
  return (
    <div class="lgj-tabs-frame" ref={frame}>
      <div
        class="lgj-tabs"
        role="tablist"
        aria-label={label}
        aria-multiselectable={open.length > 1 ? "true" : undefined}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {tabs.map((tab) => (
          <TabButton
            key={tab.id}
            tab={tab}
            scope={scope}
            place={open.indexOf(tab.id)}
            side={open.length > 1 ? SIDES[open.indexOf(tab.id)] : undefined}
            active={placeOf(tab.id) === active}
            away={away.has(tab.id)}
            panel={`${scope}-panel-${placeOf(tab.id)}`}
            onClick={(event) => onClick(tab.id, event)}
          />
        ))}
      </div>
      {away.size > 0 ? (
        <OverflowMenu
          tabs={tabs.filter(({ id }) => away.has(id))}
          onSelect={(id) => {
            onSelect(id, active);
            focus(id);
          }}
        />
      ) : null}
    </div>
  );
}

const SIDES = ["left", "right"] as const;

function TabButton(props: {
  tab: Tab;
  scope: string;
  /** Where its panel is in sight; -1 where it is not. */
  place: number;
  side: (typeof SIDES)[number] | undefined;
  active: boolean;
  away: boolean;
  panel: string;
  onClick: (event: MouseEvent) => void;
}): JSX.Element {
  const { id, title, count } = props.tab;
  const { place, side, active, away } = props;
  const counted = count > 0 ? `${title}: ${formatInteger(count)}` : title;
  return (
    <button
      type="button"
      role="tab"
      id={`${props.scope}-tab-${id}`}
      data-id={id}
      class={`lgj-tab ${active ? "" : "lgj-tab-quiet"} ${away ? "lgj-tab-away" : ""}`}
      aria-selected={place >= 0}
      aria-controls={props.panel}
      tabIndex={place >= 0 ? 0 : -1}
      title={side ? FRAME.openOn(counted, side) : counted}
      onClick={props.onClick}
    >
      {side ? <i class={`lgj-half lgj-half-${side}`} aria-hidden="true" /> : null}
      {title}
      <TabCount tab={props.tab} />
    </button>
  );
}

function TabCount({ tab: { count, waits = 0 } }: { tab: Tab }): JSX.Element | null {
  if (waits > 0) {
    return (
      <span class="lgj-count lgj-waits">
        {formatInteger(waits)}
        <span class="lgj-sr">{FRAME.waiting}</span>
      </span>
    );
  }
  return count > 0 ? <span class="lgj-count">{formatInteger(count)}</span> : null;
}

/** The tabs that have no room. */
function OverflowMenu(props: { tabs: readonly Tab[]; onSelect: (id: string) => void }): JSX.Element {
  const { tabs, onSelect } = props;
  const waits = tabs.reduce((sum, { waits = 0 }) => sum + waits, 0);
  const shown = (
    <>
      +{tabs.length}
      <span class="lgj-sr">{FRAME.morePanels}</span>
      <TabCount tab={{ id: "", title: "", count: 0, waits }} />
    </>
  );
  return (
    <DropDown label={FRAME.more} shown={shown} class="lgj-tabs-menu" title={FRAME.more}>
      {(close) => (
        <div class="lgj-menu">
          {tabs.map((tab) => (
            <button
              key={tab.id}
              type="button"
              class="lgj-option"
              onClick={() => {
                close();
                onSelect(tab.id);
              }}
            >
              {tab.title}
              <TabCount tab={tab} />
            </button>
          ))}
        </div>
      )}
    </DropDown>
  );
}

type Box = { readonly current: HTMLElement | null };

const MENU = 62; // CSS pixels, with what stands around it

/** How wide the frame of the tabs is and each of them; as long as nothing was laid out, there is room for all. */
function useTabSizes(frame: Box, list: Box, count: number): TabSizes {
  const [sizes, setSizes] = useState<TabSizes>(() => ({ room: 0, menu: MENU, widths: new Map() }));
  useLayoutEffect(() => {
    if (!frame.current || !list.current || typeof ResizeObserver === "undefined") return;
    const [outer, tabs] = [frame.current, list.current];
    const look = () => {
      const widths = new Map(
        [...tabs.children].map((tab) => [(tab as HTMLElement).dataset.id ?? "", tab.clientWidth]),
      );
      const room = outer.clientWidth - 2 * PADDING;
      setSizes((now) =>
        now.room === room && isSameWidths(now.widths, widths) ? now : { room, menu: MENU, widths },
      );
    };
    const observer = new ResizeObserver(look);
    for (const each of [outer, ...tabs.children]) observer.observe(each); // a tab grows with its count
    return () => observer.disconnect();
  }, [frame, list, count]);
  return sizes;
}

const PADDING = 8; // of the list, on each side

function isSameWidths(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([id, width]) => other.get(id) === width);
}

/** Focuses a tab once it is drawn as open: before, it may be away. */
function useFocusTab(list: Box): (id: string) => void {
  const wanted = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const tab = list.current?.querySelector<HTMLElement>(`[data-id="${wanted.current}"]`);
    wanted.current = null;
    tab?.focus({ preventScroll: true });
  });
  return (id) => {
    wanted.current = id;
  };
}

function nextTabIndex(key: string, now: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
      return (now + 1) % count;
    case "ArrowLeft":
      return (now + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
