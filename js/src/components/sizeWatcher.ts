/** Watches the sizes of elements. `changed` is called after layout, where to read sizes costs nothing. */
export class SizeWatcher {
  readonly #observer: ResizeObserver | null;
  #watched = new Set<Element>();

  constructor(changed: () => void) {
    this.#observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(changed);
  }

  /** Watches these and no others. Of each that is new, `changed` hears at the next layout. */
  watchOnly(elements: Iterable<Element>): void {
    const before = this.#watched;
    this.#watched = new Set(elements);
    for (const element of before) if (!this.#watched.has(element)) this.#observer?.unobserve(element);
    for (const element of this.#watched) if (!before.has(element)) this.#observer?.observe(element);
  }

  close(): void {
    this.#observer?.disconnect();
  }
}
