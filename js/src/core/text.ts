// A text that grows. The kernel counts offsets in code points, as Python does; JavaScript counts UTF-16 units.

const SURROGATE = /[\ud800-\udfff]/;

/** The number of code points in `text`. */
export function countCodePoints(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The UTF-16 index at which the code point number `offset` begins. */
function utf16Index(text: string, offset: number): number {
  let index = 0;
  for (let left = offset; left > 0 && index < text.length; left -= 1) {
    index += (text.codePointAt(index) as number) > 0xffff ? 2 : 1;
  }
  return index;
}

/**
 * A text kept as the pieces it came in, so that a view appends what is new without joining the whole.
 * `generation` changes when earlier pieces are no longer true: then a view draws anew.
 */
export class GrowingText {
  pieces: string[] = [];
  generation = 0;
  /** In code points. */
  length = 0;
  /** In UTF-16 units. */
  size = 0;
  #whole: string | null = "";

  /** Puts `text` at `offset`, dropping what stood there. False if something before it is missing. */
  write(offset: number, text: string): boolean {
    if (offset > this.length) return false;
    if (offset < this.length) {
      const kept = this.#head(offset);
      const whole = kept + text;
      if (whole.startsWith(this.toString())) return this.#append(whole.slice(this.size));
      this.#reset(kept, offset);
    }
    return this.#append(text);
  }

  toString(): string {
    if (this.#whole === null) this.#whole = this.pieces.join("");
    return this.#whole;
  }

  #head(offset: number): string {
    const whole = this.toString();
    return whole.slice(0, utf16Index(whole, offset));
  }

  #append(text: string): true {
    if (text) {
      this.pieces.push(text);
      this.length += countCodePoints(text);
      this.size += text.length;
      this.#whole = null;
    }
    return true;
  }

  #reset(text: string, length: number): void {
    this.pieces = text ? [text] : [];
    this.length = length;
    this.size = text.length;
    this.#whole = text;
    this.generation += 1;
  }
}
