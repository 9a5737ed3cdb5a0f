import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { integer } from "../format";

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly count: number;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** Makes the ids of this view's elements its own. */
  readonly scope: string;
}

/** The WAI-ARIA tabs pattern: one stop for Tab, arrows move between them. */
export function Tabs({ label, tabs, selected, onSelect, scope }: Props): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    if (list.current && chosen) bringIntoView(list.current, chosen);
  }, [selected, tabs.length]);
  const onKeyDown = (event: KeyboardEvent) => {
    const now = tabs.findIndex((tab) => tab.id === selected);
    const next = target(event.key, now, tabs.length);
    if (next === null) return;
    event.preventDefault();
    onSelect((tabs[next] as Tab).id);
    (list.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="lgj-tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map(({ id, title, count }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`${scope}-tab-${id}`}
          class="lgj-tab"
          aria-selected={id === selected}
          aria-controls={`${scope}-panel`}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
        >
          {title}
          {count > 0 ? <span class="lgj-count">{integer(count)}</span> : null}
        </button>
      ))}
    </div>
  );
}

/** Scrolls the list of tabs sideways, and nothing else: `scrollIntoView` would move the page, too. */
function bringIntoView(list: HTMLElement, tab: HTMLElement): void {
  const margin = 12;
  const left = tab.offsetLeft - list.offsetLeft;
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
