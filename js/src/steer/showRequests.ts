// How a panel asks the frame around it for another panel, for another run of the same cell, or for room.

const SHOW_RUN = "lgj-show-run";
const SHOW_PANEL = "lgj-show-panel";
const ROOM = "lgj-room";

/** Asks for the view of a run of the tree of branches. */
export function requestShowRun(from: Element, run: string): void {
  from.dispatchEvent(new CustomEvent(SHOW_RUN, { bubbles: true, detail: run }));
}

/** Asks the frame for a panel. */
export function requestShowPanel(from: Element, panel: string): void {
  from.dispatchEvent(new CustomEvent(SHOW_PANEL, { bubbles: true, detail: panel }));
}

/** Says how many pixels of a panel are out of sight that should be seen; 0 once that does not matter any more. */
export function requestMoreHeight(from: Element, pixels: number): void {
  from.dispatchEvent(new CustomEvent(ROOM, { bubbles: true, detail: pixels }));
}

function listenForEvent(name: string, root: Element, notify: (detail: string) => void): () => void {
  const listener = (event: Event) => {
    event.stopPropagation();
    notify(String((event as CustomEvent).detail));
  };
  root.addEventListener(name, listener);
  return () => root.removeEventListener(name, listener);
}

export const onShowRunRequest = listenForEvent.bind(null, SHOW_RUN);
export const onShowPanelRequest = listenForEvent.bind(null, SHOW_PANEL);
export const onMoreHeightRequest = listenForEvent.bind(null, ROOM);
