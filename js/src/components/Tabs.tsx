import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { integer } from "../core/format";
import { Icon } from "./Icon";
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
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** Makes the ids of this view's elements its own. */
  readonly scope: string;
}

/** The WAI-ARIA tabs pattern: one stop for Tab, arrows move between them. What has no room is scrolled to. */
export function Tabs({ label, tabs, selected, onSelect, scope }: Props): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const hidden = useHidden(list, tabs.length);
  const overflows = hidden.before || hidden.after;
  // After a panel that opens is laid out: to ask for places before would make the browser lay it out at once.
  useEffect(() => {
    if (list.current) showSelected(list.current);
  }, [selected, tabs.length, overflows]); // arrows take room
  const onKeyDown = (event: KeyboardEvent) => {
    const now = tabs.findIndex((tab) => tab.id === selected);
    const next = target(event.key, now, tabs.length);
    if (next === null) return;
    event.preventDefault();
    onSelect((tabs[next] as Tab).id);
    (list.current?.children[next] as HTMLElement | undefined)?.focus({ preventScroll: true });
  };
  const scroll = (by: number) => list.current?.scrollBy({ left: by * list.current.clientWidth * 0.7 });
  return (
    <div class="lgj-tabs-frame">
      <div
        class={`lgj-tabs ${hidden.before ? "lgj-more-before" : ""} ${hidden.after ? "lgj-more-after" : ""}`}
        role="tablist"
        aria-label={label}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {tabs.map(({ id, title, count, waits = 0 }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${scope}-tab-${id}`}
            class="lgj-tab"
            aria-selected={id === selected}
            aria-controls={`${scope}-panel`}
            tabIndex={id === selected ? 0 : -1}
            title={count > 0 ? `${title}: ${integer(count)}` : title}
            onClick={() => onSelect(id)}
          >
            {title}
            {waits > 0 ? (
              <span class="lgj-count lgj-waits">
                {integer(waits)}
                <span class="lgj-sr"> waiting for an answer</span>
              </span>
            ) : count > 0 ? (
              <span class="lgj-count">{integer(count)}</span>
            ) : null}
          </button>
        ))}
      </div>
      {overflows ? (
        <>
          <More name="left" label="Tabs before" any={hidden.before} onClick={() => scroll(-1)} />
          <More name="right" label="More tabs" any={hidden.after} onClick={() => scroll(1)} />
        </>
      ) : null}
    </div>
  );
}

/** For the pointer: keys go from tab to tab, and bring the one they reach into view. */
function More(props: {
  name: "left" | "right";
  label: string;
  /** Whether there are any. */
  any: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="lgj-tool lgj-more"
      tabIndex={-1}
      aria-hidden="true"
      title={props.label}
      disabled={!props.any}
      onClick={props.onClick}
    >
      <Icon name={props.name} />
    </button>
  );
}

/** At which ends of a list that scrolls sideways something of it is out of sight. */
function useHidden(
  list: { readonly current: HTMLElement | null },
  count: number,
): { before: boolean; after: boolean } {
  const [hidden, setHidden] = useState({ before: false, after: false });
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = () => {
      const before = element.scrollLeft > 1;
      const after = element.scrollLeft + element.clientWidth < element.scrollWidth - 1;
      setHidden((now) => (now.before === before && now.after === after ? now : { before, after }));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    if (typeof ResizeObserver === "undefined") return () => element.removeEventListener("scroll", look);
    const observer = new ResizeObserver((changed) => {
      // The room there is for them, not the list itself: that gives way to the arrows.
      if (changed.some(({ target }) => target === element.parentElement)) showSelected(element);
      look();
    });
    const frame = element.parentElement as HTMLElement;
    for (const each of [frame, element, ...element.children]) observer.observe(each); // a tab grows with its count
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [list, count]);
  return hidden;
}

/** Scrolls the list of tabs sideways, and nothing else: `scrollIntoView` would move the page, too. */
function showSelected(list: HTMLElement): void {
  const tab = list.querySelector<HTMLElement>("[aria-selected=true]");
  if (!tab) return;
  const margin = 24; // what fades
  const left = tab.offsetLeft; // within the list, which is positioned
  const right = left + tab.offsetWidth;
  if (left - margin < list.scrollLeft) list.scrollLeft = left - margin;
  else if (right + margin > list.scrollLeft + list.clientWidth)
    list.scrollLeft = right + margin - list.clientWidth;
}

function target(key: string, now: number, count: number): number | null {
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
