/** What changes, and its listeners. `Change` is what they get of a change; nothing, by default. */
export class Observable<Change = void> {
  readonly #listeners = new Set<(change: Change) => void>();
  /** Counts changes: the same number means that nothing changed. */
  version = 0;

  /** Calls `listener` at each change. Gives back how to stop. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  notify(change: Change): void {
    this.version += 1;
    for (const listener of [...this.#listeners]) listener(change); // some may come or go meanwhile
  }

  /** Lets go of all who listen. */
  release(): void {
    this.#listeners.clear();
  }
}
