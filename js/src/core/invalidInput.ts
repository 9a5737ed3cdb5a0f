/** A text that is no value yet, and why. */
export class InvalidInput {
  constructor(
    readonly text: string,
    readonly problem: string,
  ) {}
}

/** Whether anything in a value is no value yet. */
export function hasInvalidInput(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof InvalidInput || Object.values(value).some(hasInvalidInput);
}
