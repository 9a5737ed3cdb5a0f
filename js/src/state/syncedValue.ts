// Keeps a value of this page and the kernel's of the same name one: `lg_jupyter/widgets/shared_value.py`.

import type { Json } from "../core/schema";

/** A value as the kernel tells it: the number of its last change, and what it is. */
export type NumberedValue = readonly [number: number, value: Json];

/** Proposes a value to the kernel that knew this number of it; the answer is what holds now. */
export type ProposeValue = (value: Json, known: number) => Promise<NumberedValue>;

export class SyncedValue {
  #number = 0;
  /** What both know, written out. */
  #known: string;
  #asking = false;
  readonly #lines = new Set<ProposeValue>();

  /** `get` and `set` are how the value is read and changed on this page. */
  constructor(
    private readonly get: () => Json,
    private readonly set: (value: Json) => void,
  ) {
    this.#known = JSON.stringify(get());
  }

  /** Has changes proposed over a line to the kernel; gives back how to end that. */
  connect(line: ProposeValue): () => void {
    this.#lines.add(line);
    return () => this.#lines.delete(line);
  }

  /** Takes over what the kernel says. While an answer is awaited, that says what holds. */
  receive([number, value]: NumberedValue): void {
    if (number > this.#number && !this.#asking) this.#take(number, value);
  }

  /** To be called when the value of this page may have changed: one proposal at a time is under way. */
  async propose(): Promise<void> {
    const value = this.get();
    const written = JSON.stringify(value);
    const [line] = this.#lines;
    if (this.#asking || !line || written === this.#known) return;
    this.#asking = true;
    const told = await line(value, this.#number).catch(() => null); // a kernel that is gone: the page goes on alone
    this.#asking = false;
    if (told === null) {
      this.#known = written;
      return;
    }
    if (JSON.stringify(this.get()) === written) this.#take(...told);
    else {
      [this.#number] = told;
      this.#known = JSON.stringify(told[1]);
      await this.propose();
    }
  }

  #take(number: number, value: Json): void {
    this.#number = number;
    this.#known = JSON.stringify(value);
    if (this.#known === JSON.stringify(this.get())) return;
    this.set(value);
    this.#known = JSON.stringify(this.get()); // as this page has it
  }
}
