/** A text that is no value yet, and why. */
export class Unparsed {
  constructor(
    readonly text: string,
    readonly problem: string,
  ) {}
}

/** Whether anything in a value is no value yet. */
export function holdsUnparsed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof Unparsed || Object.values(value).some(holdsUnparsed);
}
