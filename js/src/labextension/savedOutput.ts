// What was kept of runs, drawn in an output while it can be seen: where a live view shows the same, that hides it.

import type { SavedViews } from "../core/offline/data";

/** The part of a Lumino widget that is used. */
export interface Renderer {
  readonly node: HTMLElement;
  onAfterAttach(message: unknown): void;
  dispose(): void;
}

/** `others` is what else of the page is drawn so, or will be once it is seen. */
type ShowSavedViews = (
  place: HTMLElement,
  kept: SavedViews,
  others: () => readonly SavedViews[],
) => Promise<() => void>;

const PAGE = new Set<SavedViews>();

/** JupyterLab's: the outputs of a cell, one of them, and what it shows. */
const AREA = ".jp-OutputArea";
const OUTPUT = ".jp-OutputArea-child";
const SHOWN = ".jp-OutputArea-output";
const WIDGETS = ".jupyter-widgets";

/** Marks the output of a live view that says its name, where no widget can be shown, or waits for a kernel. */
const NAME = "lgj-view-name";
const NAME_TEXT = /^\s*(lg_jupyter: |Loading widget\.\.\.$)/;

/** The output of a live view, before this one; without its model it has no more than a line that says so. */
const LIVE = `${OUTPUT}:has(+ ${OUTPUT} > .lgj-saved):not(:has(.lgj-root))`;
const DEAD = `:is(.${NAME}, :has(> ${WIDGETS}):not(:has(${WIDGETS} *)), :has(.lgj-waits))`;
const STYLE = `${LIVE}${DEAD} { display: none }`;

export class SavedOutput {
  #kept: SavedViews | null = null;
  #record = "";
  #remove: (() => void) | null = null;
  #drawing = false;
  readonly #observer: IntersectionObserver;
  readonly #outputs = new MutationObserver(() => this.#mark());

  /** `sanitized` makes the record's HTML one that does nothing. */
  constructor(
    private readonly node: HTMLElement,
    private readonly show: ShowSavedViews,
    private readonly sanitized: (html: string) => string,
  ) {
    node.classList.add("lgj-saved");
    this.#observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)?.isIntersecting) this.#draw();
    });
    this.#observer.observe(node);
  }

  setContent(kept: SavedViews, record: string): void {
    this.#clear();
    if (this.#kept) PAGE.delete(this.#kept);
    PAGE.add(kept);
    this.#kept = kept;
    this.#record = record;
    this.node.style.minHeight = "1em"; // an empty node cannot be seen
    if (/^[\w-]+$/.test(kept?.record ?? "")) this.node.classList.add(kept.record); // by which a live view hides it
    if (this.node.isConnected) this.attach();
  }

  /** It stands in an output area now. */
  attach(): void {
    if (!document.getElementById(NAME)) {
      const style = Object.assign(document.createElement("style"), { id: NAME, textContent: STYLE });
      document.head.append(style);
    }
    this.#mark();
    const area = this.node.closest(AREA);
    if (area) this.#outputs.observe(area, { childList: true }); // views are drawn anew once they can be
  }

  #mark(): void {
    const before = this.node.closest(OUTPUT)?.previousElementSibling;
    const shown = before?.querySelector(SHOWN);
    if (shown) this.#outputs.observe(shown, { childList: true }); // a kernel may come
    before?.classList.toggle(NAME, NAME_TEXT.test(shown?.textContent ?? ""));
  }

  close(): void {
    this.#observer.disconnect();
    this.#outputs.disconnect();
    this.#clear();
    if (this.#kept) PAGE.delete(this.#kept);
  }

  #clear(): void {
    this.#remove?.();
    this.#remove = null;
    this.node.textContent = "";
  }

  async #draw(): Promise<void> {
    const kept = this.#kept;
    if (kept === null || this.#remove || this.#drawing) return;
    this.#drawing = true;
    try {
      this.#remove = await this.show(this.node, kept, () => [...PAGE]);
    } catch (error) {
      this.#tell((error as Error).message);
    }
    this.#drawing = false;
  }

  /** The record in place of the panels, and why it is. */
  #tell(problem: string): void {
    const [why, record] = [document.createElement("p"), document.createElement("div")];
    why.textContent = problem;
    record.innerHTML = this.sanitized(this.#record);
    this.node.replaceChildren(why, record);
    this.#remove = () => undefined;
  }
}
