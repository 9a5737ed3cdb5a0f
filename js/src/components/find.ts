// Where a text stands in elements of the page, as ranges. What no reader sees there is passed over.

import "./find.css";

export { makeHighlights } from "./highlights";

/** At most so many are looked for: more are no help. */
export const MAX_FOUND = 2_000;

const UNSEEN =
  "svg, textarea, select, style, .lgj-sr, .lgj-menu, .lgj-toolbar, .lgj-panel-bar, .lgj-button, .lgj-quiet-button, [aria-hidden=true], [hidden]";

/** The places of `text` in `root`, in order, whether its letters are large or small. */
export function findTextRanges(root: Element, text: string, most = MAX_FOUND): Range[] {
  if (text === "") return [];
  const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "giu");
  const found: Range[] = [];
  for (const run of textRunsOf(root)) {
    const whole = run.map(({ data }) => data).join("");
    for (const match of whole.matchAll(pattern)) {
      if (found.length === most) return found;
      found.push(rangeOfRun(run, match.index, match.index + match[0].length));
    }
  }
  return found;
}

/** Texts that follow one another within one element: a streamed text is made of many. */
function* textRunsOf(root: Element): Generator<Text[]> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches(UNSEEN) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  let run: Text[] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!(node instanceof Text)) continue;
    if (run.at(-1) && run.at(-1) !== node.previousSibling) {
      yield run;
      run = [];
    }
    run.push(node);
  }
  if (run.length > 0) yield run;
}

function rangeOfRun(run: readonly Text[], from: number, to: number): Range {
  const range = document.createRange();
  let before = 0;
  for (const node of run) {
    const after = before + node.data.length;
    if (from >= before && from < after) range.setStart(node, from - before);
    if (to > before && to <= after) range.setEnd(node, to - before);
    before = after;
  }
  return range;
}

/** Scrolls what scrolls within `root` so that a range is in sight, and the page not at all. */
export function scrollRangeIntoView(range: Range, root: Element): void {
  let box = range.startContainer.parentElement;
  while (box && box !== root) {
    if (isScrollable(box)) {
      const [own, place] = [box.getBoundingClientRect(), range.getBoundingClientRect()];
      if (place.top < own.top || place.bottom > own.bottom)
        box.scrollTop += place.top - own.top - box.clientHeight / 3;
      if (place.left < own.left || place.right > own.right)
        box.scrollLeft += place.left - own.left - box.clientWidth / 3;
    }
    box = box.parentElement;
  }
}

function isScrollable(box: Element): boolean {
  if (box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth) return false;
  return /auto|scroll/.test(getComputedStyle(box).overflow);
}

const PAUSE = 150; // milliseconds after a change in the panels until they are looked through again

/** Tells where a text stands in the panels of a frame: now, and after what they show has changed, until it is stopped. */
export function watchTextRanges(root: HTMLElement, text: string, tell: (found: Range[]) => void): () => void {
  const look = () =>
    tell([...root.querySelectorAll("[role=tabpanel]")].flatMap((panel) => findTextRanges(panel, text)));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new MutationObserver((changes) => {
    if (changes.every(({ target }) => isHighlightLayer(target))) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      look();
    }, PAUSE);
  });
  const panes = root.querySelector(".lgj-panes") ?? root;
  observer.observe(panes, { subtree: true, childList: true, characterData: true });
  look();
  return () => {
    observer.disconnect();
    clearTimeout(timer);
  };
}

/** Whether it is of the layer of marks. */
function isHighlightLayer(target: Node): boolean {
  return target instanceof Element && target.closest(".lgj-found-layer") !== null;
}
