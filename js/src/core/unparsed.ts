/** A text that is no value yet, and why. */
export class UnparsedText {
  constructor(
    readonly text: string,
    readonly problem: string,
  ) {}
}

/** Whether anything in a value is no value yet. */
export function hasUnparsedText(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof UnparsedText || Object.values(value).some(hasUnparsedText);
}
