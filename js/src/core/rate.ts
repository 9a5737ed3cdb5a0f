// Tokens per second over the last moments, by the kernel's clock.

const WINDOW = 4; // seconds

/** Keeps the newest samples of a growing count. */
export class RateMeter {
  #samples: { readonly seconds: number; readonly count: number }[] = [];

  addSample(seconds: number, count: number): void {
    const last = this.#samples.at(-1);
    if (last && (seconds < last.seconds || count < last.count)) this.#samples = [];
    this.#samples.push({ seconds, count });
    while (this.#samples.length > 2 && (this.#samples[1] as { seconds: number }).seconds < seconds - WINDOW) {
      this.#samples.shift();
    }
  }

  /** Per second at `seconds`; null while too little is known. */
  rateAt(seconds: number): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || this.#samples.length < 2) return null;
    const span = Math.max(seconds, last.seconds) - first.seconds;
    return span >= 0.25 ? (last.count - first.count) / span : null;
  }
}
