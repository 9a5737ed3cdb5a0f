// How a panel asks the frame around it for another panel, or for another run of the same cell.

const SHOW_RUN = "lgj-show-run";
const SHOW_PANEL = "lgj-show-panel";

/** Asks for the view of a run of the tree of branches. */
export function showRun(from: Element, run: string): void {
  from.dispatchEvent(new CustomEvent(SHOW_RUN, { bubbles: true, detail: run }));
}

/** Asks the frame for a panel. */
export function showPanel(from: Element, panel: string): void {
  from.dispatchEvent(new CustomEvent(SHOW_PANEL, { bubbles: true, detail: panel }));
}

function hear(name: string, root: Element, hear: (detail: string) => void): () => void {
  const listener = (event: Event) => {
    event.stopPropagation();
    hear(String((event as CustomEvent).detail));
  };
  root.addEventListener(name, listener);
  return () => root.removeEventListener(name, listener);
}

export const hearRuns = hear.bind(null, SHOW_RUN);
export const hearPanels = hear.bind(null, SHOW_PANEL);
