// Marks what was found, without a change of the elements that it stands in: as a custom highlight, which all views of a
// page share by its name, or, in a browser without these, as <mark> elements in a layer above.

const NAMES = { all: "lgj-found", current: "lgj-found-current" } as const;

/** Marks these ranges and one of them more, in place of those before. */
export interface Highlights {
  show(found: readonly Range[], current: Range | null): void;
  clear(): void;
}

export function makeHighlights(root: HTMLElement): Highlights {
  return typeof Highlight === "function" && CSS.highlights
    ? new CssHighlights()
    : new OverlayHighlights(root);
}

class CssHighlights implements Highlights {
  #shown: [Highlight, Range][] = [];

  show(found: readonly Range[], current: Range | null): void {
    this.clear();
    for (const range of found) this.#add(range === current ? NAMES.current : NAMES.all, range);
  }

  clear(): void {
    for (const [highlight, range] of this.#shown.splice(0)) highlight.delete(range);
  }

  #add(name: string, range: Range): void {
    const highlight = CSS.highlights.get(name) ?? new Highlight();
    CSS.highlights.set(name, highlight);
    highlight.add(range);
    this.#shown.push([highlight, range]);
  }
}

class OverlayHighlights implements Highlights {
  #found: readonly Range[] = [];
  #current: Range | null = null;
  #layer: HTMLElement | null = null;
  #stop = new AbortController();

  constructor(private readonly root: HTMLElement) {}

  show(found: readonly Range[], current: Range | null): void {
    this.#found = found;
    this.#current = current;
    if (!this.#layer) {
      this.#layer = document.createElement("div");
      this.#layer.className = "lgj-found-layer";
      this.#layer.setAttribute("aria-hidden", "true");
      this.root.append(this.#layer);
      this.root.addEventListener("scroll", () => this.#draw(), { capture: true, signal: this.#stop.signal });
    }
    this.#draw();
  }

  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#layer?.remove();
    this.#layer = null;
  }

  #draw(): void {
    const { left, top } = this.root.getBoundingClientRect();
    const marks = this.#found.flatMap((range) =>
      [...range.getClientRects()].map((place) => {
        const mark = document.createElement("mark");
        mark.className = range === this.#current ? NAMES.current : NAMES.all;
        mark.style.cssText = `left:${place.left - left}px;top:${place.top - top}px;width:${place.width}px;height:${place.height}px`;
        return mark;
      }),
    );
    this.#layer?.replaceChildren(...marks);
  }
}
