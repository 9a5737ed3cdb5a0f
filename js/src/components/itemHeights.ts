// Which rows of a long list are on screen. Pure: heights in, a range out.

export type ItemKey = string | number;

/** Heights of a list's items: measured where an item was drawn, estimated elsewhere. In CSS pixels. */
export class ItemHeights {
  #measured = new Map<ItemKey, number>();
  #offsets = new Float64Array(64);
  /** Up to this index the offsets are true. */
  #settled = 0;
  #count = 0;
  #epoch: unknown;
  #keyOf: (index: number) => ItemKey = (index) => index;
  #estimate: (index: number) => number = () => 24;
  #learns = false;
  /** How many times as high as guessed those were that were measured last. */
  #scale = 1;

  /**
   * The list as it is now. While `epoch` stays the same, items are only added at the end or taken from it. Where it
   * `learns`, those that come are guessed by how good the guesses were of late.
   */
  update(
    count: number,
    keyOf: (index: number) => ItemKey,
    estimate: (index: number) => number,
    epoch: unknown,
    learns = false,
  ): void {
    this.#settled = epoch === this.#epoch ? Math.min(this.#settled, count) : 0;
    this.#count = count;
    this.#keyOf = keyOf;
    this.#estimate = estimate;
    this.#epoch = epoch;
    this.#learns = learns;
  }

  /** Notes the true height of an item; gives back by how much it differs from what was believed. */
  measure(index: number, height: number): number {
    if (index < 0 || index >= this.#count) return 0;
    const key = this.#keyOf(index);
    const before = this.offset(index + 1) - this.offset(index);
    if (this.#measured.get(key) !== height) {
      this.#measured.set(key, height);
      if (this.#learns) this.#scale = (this.#scale + height / this.#estimate(index)) / 2;
    }
    if (Math.abs(before - height) < 0.5) return 0;
    this.#settled = Math.min(this.#settled, index);
    return height - before;
  }

  get count(): number {
    return this.#count;
  }

  heightOf(index: number): number {
    return this.#measured.get(this.#keyOf(index)) ?? this.#estimate(index) * this.#scale;
  }

  /** Where the item begins; the end of the list for `count`. */
  offset(index: number): number {
    const at = Math.min(index, this.#count);
    return this.#sums(at)[at] ?? 0;
  }

  get total(): number {
    return this.offset(this.#count);
  }

  /** The items that touch the pixels from `top` to `bottom`: [first, one past the last]. */
  range(top: number, bottom: number): readonly [number, number] {
    if (this.#count === 0) return [0, 0];
    const first = this.#itemAt(Math.max(0, top));
    let end = first;
    while (end < this.#count && this.offset(end) < bottom) end += 1;
    return [first, Math.max(end, Math.min(first + 1, this.#count))];
  }

  #itemAt(pixel: number): number {
    const offsets = this.#sums();
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((offsets[middle] as number) <= pixel) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where items begin, true up to this one. */
  #sums(until = this.#count): Float64Array {
    if (this.#offsets.length < this.#count + 1) {
      const longer = new Float64Array(this.#count * 2 + 1);
      longer.set(this.#offsets);
      this.#offsets = longer;
    }
    const offsets = this.#offsets;
    for (; this.#settled < until; this.#settled += 1) {
      offsets[this.#settled + 1] = (offsets[this.#settled] as number) + this.heightOf(this.#settled);
    }
    return offsets;
  }
}
