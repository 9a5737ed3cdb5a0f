// A list of any length that draws what is on screen. Items may have any height and may grow. A reader at
// the tail stays at the tail; a reader elsewhere keeps what they read, whatever grows above or below.

import type { ComponentChildren, HTMLAttributes, JSX } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isFinal } from "../core/schema";
import { useFilter } from "../hooks/narrowing";
import { useRedraw } from "../hooks/observable";
import { useStore } from "../hooks/store";
import { FRAME } from "../texts/frame";
import { Icon } from "./Icon";
import { SizeWatcher } from "./sizeWatcher";
import { AutoScroll } from "./autoScroll";
import { ItemHeights, type ItemKey } from "./itemHeights";
import "./VirtualList.css";

interface Props {
  readonly count: number;
  readonly keyOf: (index: number) => ItemKey;
  readonly render: (index: number) => ComponentChildren;
  /** A guess in pixels, which those that were drawn make better; a row's of a table, if it says none. */
  readonly estimate?: (index: number) => number;
  readonly label: string;
  readonly role?: Role;
  /** Changes when the list becomes another one: a filter, not growth. */
  readonly epoch?: unknown;
  /** Begins at the top, whatever is followed; afterwards the reader is taken back to where they were. */
  readonly aside?: boolean;
  /** Stay at the end while the reader is there. */
  readonly follow?: boolean;
  /** Stands above the items and stays there. */
  readonly head?: ComponentChildren;
  readonly class?: string;
  /** An item to bring into sight, each time that this is another object. */
  readonly reveal?: { readonly index: number } | null;
  /** Hears which items are drawn: [first, one past the last]. */
  readonly onRange?: (first: number, end: number) => void;
}

const rowHeight = () => 28; // as in DataTable.css
const OVERSCAN = 300; // pixels drawn beyond each edge
const OVERSCAN_TAIL = 80; // … while a tail is followed that grows: what is above is soon gone
const WHOLE = 100; // items that are all drawn while a text is looked for
const UNSEEN_HEIGHT = 600; // while the page has not laid us out

export function VirtualList(props: Props): JSX.Element {
  const { count, keyOf, label, role = "list", follow = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const items = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(follow);
  const [tail] = useState(() => new AutoScroll(follow, setFollowing));
  const growing = useStore(["summary"], ({ summary }) => !isFinal(summary.status));
  const keepItemInSight = useRef(() => {});
  const { heights, first, end, look, redraw } = useDrawnRange(
    props,
    box,
    items,
    tail,
    growing,
    keepItemInSight,
  );
  useScrollRestored(box, tail, props.aside ?? false);
  keepItemInSight.current = useScrollToItem(props, box, items, tail, heights, redraw);
  const toTail = () => {
    if (box.current) tail.goToEnd(box.current);
    redraw();
  };
  return (
    <div class={`lgj-scroll-area ${props.class ?? ""}`}>
      <div class="lgj-scroll" ref={box} onScroll={look} {...listAttributes(role, label, count)}>
        {props.head}
        <div style={{ height: `${heights.offset(first)}px` }} aria-hidden="true" />
        <div ref={items} class="lgj-scroll-items" role="presentation">
          {Array.from({ length: end - first }, (_, nth) => first + nth).map((index) => (
            <div key={keyOf(index)} data-index={index} {...itemAttributes(role, index, count)}>
              {props.render(index)}
            </div>
          ))}
        </div>
        <div style={{ height: `${heights.total - heights.offset(end)}px` }} aria-hidden="true" />
      </div>
      {growing && follow && !following ? (
        <button type="button" class="lgj-to-tail" onClick={toTail}>
          <Icon name="down" /> {FRAME.newest}
        </button>
      ) : null}
    </div>
  );
}

type Box = { readonly current: HTMLElement | null };

/** Which items are drawn: those in sight, and some beyond. Drawn anew when the box is scrolled or items grow. */
function useDrawnRange(
  props: Props,
  box: Box,
  items: Box,
  tail: AutoScroll,
  growing: boolean,
  keepItemInSight: { readonly current: () => void },
) {
  const { count, keyOf, estimate, follow = false, onRange } = props;
  const [heights] = useState(() => new ItemHeights());
  const redraw = useRedraw();
  heights.update(count, keyOf, estimate ?? rowHeight, props.epoch, estimate !== undefined);
  const [{ text }] = useFilter();

  // What was last read of the box: to ask it while drawing would make the browser lay out at once.
  const view = useRef<View>({ top: 0, height: UNSEEN_HEIGHT });
  if (tail.following) view.current.top = Math.max(0, heights.total - view.current.height);
  const overscan = growing && tail.following ? OVERSCAN_TAIL : OVERSCAN;
  // What was found is gone through where it is drawn.
  const [first, end] =
    text !== "" && count <= WHOLE ? [0, count] : visibleRange(view.current, heights, overscan);
  const drawn = useRef({ first, end });
  drawn.current = { first, end };
  useLayoutEffect(() => onRange?.(first, end), [first, end, onRange]);

  const read = useCallback(() => {
    if (box.current) view.current = scrollViewOf(box.current);
  }, []);

  /** Draws anew if what is in sight comes near the edge of what is drawn. */
  const look = useCallback(() => {
    if (!box.current) return;
    read();
    const { top, height } = view.current;
    const [from, to] = heights.range(top, top + height);
    const { first, end } = drawn.current;
    if ((first > 0 && from - first < 2) || (end < heights.count && end - to < 2)) redraw();
  }, [heights]);

  /** After layout: notes true heights and keeps the reader where they are. */
  const settle = useCallback(() => {
    if (!box.current || !items.current) return;
    const above = measureItems(items.current, heights, box.current.scrollTop);
    if (!tail.following && above !== 0) box.current.scrollTop += above;
    if (follow) tail.keepAtEnd(box.current);
    keepItemInSight.current();
    look();
  }, [heights, tail, follow, look]);
  useOnResize(box, items, follow ? tail : null, settle);

  const redrawFromBox = useCallback(() => {
    read();
    redraw();
  }, []);
  return { heights, first, end, look, redraw: redrawFromBox };
}

/** Calls `settle` after each layout that changed the size of the box or of an item; a `tail` hears the reader's hand. */
function useOnResize(box: Box, items: Box, tail: AutoScroll | null, settle: () => void): void {
  const sizes = useRef<SizeWatcher | null>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    const stop = new AbortController();
    tail?.watchUser(box.current, stop.signal);
    const watched = new SizeWatcher(settle);
    sizes.current = watched;
    return () => {
      stop.abort();
      watched.close();
    };
  }, [settle, tail]);
  useLayoutEffect(() => {
    if (box.current && items.current) sizes.current?.watchOnly([box.current, ...items.current.children]);
  });
}

/**
 * Brings an item into sight. What it returns keeps it there while items get the heights that they are to have, until
 * the reader's hand is on the list or the list is another one.
 */
function useScrollToItem(
  { reveal, epoch, aside }: Props,
  box: Box,
  items: Box,
  tail: AutoScroll,
  heights: ItemHeights,
  redraw: () => void,
): () => void {
  const target = useRef(-1);
  const scroll = useCallback(() => {
    if (!box.current || target.current < 0) return;
    const { clientHeight, scrollTop } = box.current;
    const [top, bottom] = [heights.offset(target.current), heights.offset(target.current + 1)];
    if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
    box.current.scrollTop = Math.max(0, top - clientHeight / 4);
    if (box.current.scrollTop !== scrollTop) redraw();
  }, [heights, redraw]);
  useLayoutEffect(() => {
    if (!box.current) return;
    const stop = new AbortController();
    const options = { passive: true, signal: stop.signal };
    for (const hand of ["wheel", "pointerdown", "keydown", "touchmove"] as const) {
      box.current.addEventListener(hand, () => (target.current = -1), options);
    }
    return () => stop.abort();
  }, []);
  useLayoutEffect(() => {
    target.current = -1;
  }, [epoch, aside]);
  useLayoutEffect(() => {
    if (!box.current || !items.current || !reveal || reveal.index < 0) return;
    tail.stop();
    measureItems(items.current, heights, box.current.scrollTop); // what is drawn may be higher than was thought
    target.current = reveal.index;
    scroll();
  }, [reveal]);
  return scroll;
}

/** While the list shows something else for a while: that from its top, then the reader's place again. */
function useScrollRestored(box: Box, tail: AutoScroll, aside: boolean): void {
  const place = useRef<{ top: number; following: boolean } | null>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    if (aside) {
      place.current = { top: box.current.scrollTop, following: tail.following };
      tail.stop();
      box.current.scrollTop = 0;
    } else if (place.current) {
      if (place.current.following) tail.goToEnd(box.current);
      else box.current.scrollTop = place.current.top;
      place.current = null;
    }
  }, [aside]);
}

type Role = "list" | "table";

/** What is on screen is not all there is: assistive technology gets the total. */
function listAttributes(role: Role, label: string, count: number): HTMLAttributes<HTMLDivElement> {
  const size = role === "table" ? { "aria-rowcount": count + 1 } : {};
  return { role, "aria-label": label, "aria-live": "off", tabIndex: 0, ...size };
}

function itemAttributes(role: Role, index: number, count: number): HTMLAttributes<HTMLDivElement> {
  if (role === "table") return { role: "rowgroup" };
  return { role: "listitem", "aria-posinset": index + 1, "aria-setsize": count };
}

interface View {
  top: number;
  readonly height: number;
}

function scrollViewOf({ scrollTop, clientHeight }: HTMLElement): View {
  return { top: scrollTop, height: clientHeight || UNSEEN_HEIGHT };
}

/** The items to draw: [first, one past the last]. */
function visibleRange(
  { top, height }: View,
  heights: ItemHeights,
  overscan: number,
): readonly [number, number] {
  return heights.range(top - overscan, top + height + overscan);
}

/** Notes the heights of what is drawn. Gives back by how much what is above the reader has grown. */
function measureItems(items: HTMLElement, heights: ItemHeights, top: number): number {
  let above = 0;
  for (const item of items.children) {
    if (!(item instanceof HTMLElement) || item.offsetHeight === 0) continue;
    const index = Number(item.dataset.index);
    const bottom = heights.offset(index + 1);
    const delta = heights.measure(index, item.offsetHeight);
    if (bottom <= top + above) above += delta;
  }
  return above;
}
