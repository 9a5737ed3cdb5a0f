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
let releaseMark = "";

export function addSheet(rules: string, frames = ""): void {
  sheets.push({ rules, frames });
  for (const place of places.keys()) insertSheets(place, sheets.slice(-1));
}

function insertSheets(place: Node, added: readonly Sheet[]): void {
  const style = document.createElement("style");
  style.dataset.lgj = releaseMark;
  style.textContent = added
    .map(({ rules, frames }) => `:where(.${releaseMark}){${rules}}${frames}`)
    .join("\n");
  place.appendChild(style);
}

function addPlace(place: Node): void {
  const count = places.get(place) ?? 0;
  places.set(place, count + 1);
  if (count === 0) insertSheets(place, sheets);
}

function removePlace(place: Node): void {
  const count = (places.get(place) ?? 1) - 1;
  places.set(place, count);
  if (count > 0 || place === document.head) return;
  places.delete(place);
  for (const style of (place as ShadowRoot).querySelectorAll(`style[data-lgj="${releaseMark}"]`))
    style.remove();
}

/** Gives an element of the page the looks of this release; gives back how to take them away. */
export function attachStyles(el: HTMLElement, release: string): () => void {
  releaseMark = `lgj-${release}`;
  el.classList.add(releaseMark);
  if (!places.has(document.head)) addPlace(document.head);
  return attachToShadowRoot(el);
}

/** Marimo draws outputs in shadow roots, which a sheet of the page does not reach. */
function attachToShadowRoot(el: HTMLElement): () => void {
  let place: Node | null = null;
  const look = () => {
    const root = el.getRootNode();
    if (place || typeof ShadowRoot === "undefined" || !(root instanceof ShadowRoot)) return;
    place = root;
    addPlace(root);
  };
  look();
  if (typeof ResizeObserver === "undefined") return () => place && removePlace(place);
  const observer = new ResizeObserver(look); // calls once it is on the page, before it is painted
  observer.observe(el);
  return () => {
    observer.disconnect();
    if (place) removePlace(place);
  };
}
