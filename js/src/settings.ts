// What this browser remembers of how a reader likes the frame. A page may forbid it: then nothing is kept.

const PREFIX = "lg_jupyter:";

/** The remembered number, if there is a sensible one. */
export function recall(name: string, usual: number, min: number, max: number): number {
  try {
    const value = Number(localStorage.getItem(PREFIX + name) ?? Number.NaN);
    return value >= min && value <= max ? value : usual;
  } catch {
    return usual;
  }
}

export function remember(name: string, value: number): void {
  try {
    localStorage.setItem(PREFIX + name, String(value));
  } catch {
    // Private mode, a sandboxed frame, a full disk: the frame works without.
  }
}
