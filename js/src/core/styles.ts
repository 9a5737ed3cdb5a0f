// The style sheets of this release: each module adds its own when it is loaded, and they hold within the widgets of
// this release alone. Modules of the build call `addSheet`: see `scripts/plugins.mjs`.

interface Sheet {
  readonly rules: string;
  readonly frames: string;
}

const sheets: Sheet[] = [];

/** Where they are put: the page's head, and each shadow root that holds widgets, with how many. */
const places = new Map<Node, number>();

/** What marks the widgets of this release. */
let mark = "";

export function addSheet(rules: string, frames = ""): void {
  sheets.push({ rules, frames });
  for (const place of places.keys()) put(place, sheets.slice(-1));
}

function put(place: Node, added: readonly Sheet[]): void {
  const style = document.createElement("style");
  style.dataset.lgj = mark;
  style.textContent = added.map(({ rules, frames }) => `:where(.${mark}){${rules}}${frames}`).join("\n");
  place.appendChild(style);
}

function enter(place: Node): void {
  const count = places.get(place) ?? 0;
  places.set(place, count + 1);
  if (count === 0) put(place, sheets);
}

function leave(place: Node): void {
  const count = (places.get(place) ?? 1) - 1;
  places.set(place, count);
  if (count > 0 || place === document.head) return;
  places.delete(place);
  for (const style of (place as ShadowRoot).querySelectorAll(`style[data-lgj="${mark}"]`)) style.remove();
}

/** Gives an element of the page the looks of this release; gives back how to take them away. */
export function attachStyles(el: HTMLElement, release: string): () => void {
  mark = `lgj-${release}`;
  el.classList.add(mark);
  if (!places.has(document.head)) enter(document.head);
  return whenInShadow(el);
}

/** Marimo draws outputs in shadow roots, which a sheet of the page does not reach. */
function whenInShadow(el: HTMLElement): () => void {
  let place: Node | null = null;
  const look = () => {
    const root = el.getRootNode();
    if (place || typeof ShadowRoot === "undefined" || !(root instanceof ShadowRoot)) return;
    place = root;
    enter(root);
  };
  look();
  if (typeof ResizeObserver === "undefined") return () => place && leave(place);
  const observer = new ResizeObserver(look); // calls once it is on the page, before it is painted
  observer.observe(el);
  return () => {
    observer.disconnect();
    if (place) leave(place);
  };
}
