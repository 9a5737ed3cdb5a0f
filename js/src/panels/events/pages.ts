// The part of the kernel's events that this view has seen, by pages. Pure but for the `fetch` it is given.

import type { ListedEvent } from "./data";

export const PAGE = 100;

export type FetchPage = (
  offset: number,
  limit: number,
) => Promise<{ total: number; rows: readonly ListedEvent[] }>;

export class EventPages {
  /** How many events there are under the filter; null before the first answer. */
  total: number | null = null;
  /** Why the last fetch failed. */
  problem: string | null = null;
  #pages = new Map<number, readonly ListedEvent[]>();
  #underWay = new Set<number>();
  #closed = false;

  constructor(
    private readonly fetch: FetchPage,
    private readonly changed: () => void,
  ) {}

  row(index: number): ListedEvent | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Sees to it that the rows from `first` up to `end` will be there. */
  loadRange(first: number, end: number): void {
    const last = Math.max(first, end - 1);
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) {
      if (!this.#isWhole(page)) void this.#load(page);
    }
  }

  /** Events have been added: what was the last page may have more, and their number is to be fetched. */
  reloadLastPage(): void {
    void this.#load(Math.floor(Math.max(0, (this.total ?? 0) - 1) / PAGE));
  }

  close(): void {
    this.#closed = true;
  }

  /** Events are only ever added, so a full page stays true; the last one as long as nothing was added. */
  #isWhole(page: number): boolean {
    const rows = this.#pages.get(page);
    if (!rows) return false;
    return rows.length >= PAGE || page * PAGE + rows.length >= (this.total ?? 0);
  }

  async #load(page: number): Promise<void> {
    if (this.#underWay.has(page) || this.#closed) return;
    this.#underWay.add(page);
    try {
      const { total, rows } = await this.fetch(page * PAGE, PAGE);
      this.#pages.set(page, rows);
      this.total = Math.max(total, page * PAGE + rows.length);
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#underWay.delete(page);
    }
    if (!this.#closed) this.changed();
  }
}
