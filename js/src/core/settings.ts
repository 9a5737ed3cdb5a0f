// What this browser remembers of how a reader likes the frame. A page may forbid it: then nothing is kept.

const PREFIX = "lg_jupyter:";

/** The remembered number, if there is a sensible one. */
export function readSetting(name: string, usual: number, min: number, max: number): number {
  const value = Number(readStoredText(name) ?? Number.NaN);
  return value >= min && value <= max ? value : usual;
}

/** The remembered choice, if it is still one of those there are. */
export function readChoiceSetting<T extends string>(name: string, usual: T, choices: readonly T[]): T {
  const value = readStoredText(name) as T | null;
  return value !== null && choices.includes(value) ? value : usual;
}

export function writeSetting(name: string, value: number | string): void {
  try {
    localStorage.setItem(PREFIX + name, String(value));
  } catch {
    // Private mode, a sandboxed frame, a full disk: the frame works without.
  }
}

function readStoredText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}
