// How often a panel is drawn anew while a run goes on: the longer it took the last time, the less often.
// Panels that took long take turns, one a frame.

const QUICK = 6; // milliseconds: what takes no longer need not wait
const FRAME = 16; // milliseconds: when to look again whether another panel's turn is over
const REST = 3; // times what the last drawing took, until the next
const REST_MAX = 1_000; // milliseconds
const UNKNOWN = QUICK + 1; // how long it takes where nothing was drawn yet, or all may change: it takes turns

let turnBegan = Number.NEGATIVE_INFINITY; // of a panel that takes long, until what it drew is laid out

/** Whether a panel has its turn. One whose end nobody heard is over by itself. */
function isTurnTaken(): boolean {
  return Math.abs(performance.now() - turnBegan) < REST_MAX;
}

export class DrawPacer {
  #waiting = new Set<() => void>();
  #asked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #took = UNKNOWN;
  #restUntil = 0;

  /**
   * Calls `draw` with what else is asked for at this moment or, where drawing took long, once the panel has rested;
   * `urgent` waits but for another panel's turn.
   */
  requestDraw(draw: () => void, urgent: boolean): void {
    this.#waiting.add(draw);
    if (urgent) [this.#restUntil, this.#took] = [0, UNKNOWN];
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.#drawRested();
    });
  }

  /** Forgets a `draw` that waits. */
  cancelDraw(draw: () => void): void {
    this.#waiting.delete(draw);
  }

  /** In milliseconds. */
  #rest(): number {
    if (this.#took <= QUICK) return 0;
    return Math.max(this.#restUntil - performance.now(), isTurnTaken() ? FRAME : 0);
  }

  #drawRested(): void {
    const rest = this.#rest();
    if (rest <= 0) this.#draw();
    else {
      this.#timer ??= setTimeout(() => {
        requestAnimationFrame(() => {
          this.#timer = undefined;
          this.#drawRested();
        });
      }, rest);
    }
  }

  #draw(): void {
    const draws = [...this.#waiting];
    this.#waiting.clear();
    if (draws.length === 0) return;
    const began = performance.now();
    if (this.#took > QUICK) turnBegan = began;
    // A timer comes after what was drawn was laid out, also where drawing fails.
    setTimeout(() => {
      turnBegan = Number.NEGATIVE_INFINITY;
      const now = performance.now();
      this.#took = now - began;
      this.#restUntil = now + Math.min(REST_MAX, REST * this.#took);
    }, 0);
    for (const draw of draws) draw();
  }
}

let drawnAt = Number.NaN; // the frame in which one was drawn last

/** Calls each `draw` in a frame of its own, in the order in which they came; gives back how to call it off. */
export function drawInOwnFrame(draw: () => void): () => void {
  const attempt = (time: number) => {
    if (time === drawnAt) {
      frame = requestAnimationFrame(attempt);
      return;
    }
    drawnAt = time;
    draw();
  };
  let frame = requestAnimationFrame(attempt);
  return () => cancelAnimationFrame(frame);
}
