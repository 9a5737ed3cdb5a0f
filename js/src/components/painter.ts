// Draws a text that grows by adding text nodes: a token costs what it is long, not what came before it.
// The text is cut into blocks at line ends, so that the browser lays out only what is near.

import type { GrowingText } from "../core/text";

const BLOCK = 2_000; // characters after which the next line end begins a new block
const BLOCK_MAX = 16_000; // … and after which a block ends without one

export class TextPainter {
  #generation = -1;
  #piece = 0;
  #block: HTMLElement | null = null;
  #blockSize = 0;
  #shown = 0;

  /** Draws into `host` at most about the last `limit` characters. */
  constructor(
    private readonly host: HTMLElement,
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {}

  /** Brings the element up to date. Gives back how many characters at the beginning are not drawn. */
  paint(text: GrowingText): number {
    if (text.generation !== this.#generation) this.#begin(text);
    for (; this.#piece < text.pieces.length; this.#piece += 1) {
      this.#add(text.pieces[this.#piece] as string);
    }
    this.#trim();
    return text.size - this.#shown;
  }

  #begin(text: GrowingText): void {
    this.host.replaceChildren();
    this.#block = null;
    this.#shown = 0;
    this.#generation = text.generation;
    this.#piece = 0;
    if (text.size <= this.limit) return;
    const whole = text.toString();
    const line = whole.indexOf("\n", whole.length - this.limit) + 1;
    this.#piece = text.pieces.length;
    this.#add(whole.slice(line > 0 ? line : whole.length - this.limit));
  }

  #add(text: string): void {
    let rest = text;
    while (rest) {
      if (!this.#block) this.#open();
      const cut = this.#cut(rest);
      this.#block?.append(rest.slice(0, cut.end));
      this.#blockSize += cut.end;
      this.#shown += cut.next;
      rest = rest.slice(cut.next);
      if (cut.closes) this.#block = null;
    }
  }

  /** How much of `text` still goes into the open block, where the next begins, and whether this one ends. */
  #cut(text: string): { end: number; next: number; closes: boolean } {
    const line = text.indexOf("\n", Math.max(0, BLOCK - this.#blockSize));
    const room = BLOCK_MAX - this.#blockSize;
    if (line >= 0 && line <= room) return { end: line, next: line + 1, closes: true };
    if (text.length > room) return { end: room, next: room, closes: true };
    return { end: text.length, next: text.length, closes: false };
  }

  #open(): void {
    this.#block = document.createElement("div");
    this.#block.className = "lgj-block";
    this.#block.dir = "auto"; // each line of text by its own script
    this.#blockSize = 0;
    this.host.append(this.#block);
  }

  #trim(): void {
    let first = this.host.firstElementChild;
    while (first && first !== this.#block) {
      const size = (first.textContent?.length ?? 0) + 1;
      if (this.#shown - size < this.limit) return;
      this.#shown -= size;
      const next = first.nextElementSibling;
      first.remove();
      first = next;
    }
  }
}
