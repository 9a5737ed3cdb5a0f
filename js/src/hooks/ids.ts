import { useState } from "preact/hooks";

/** An id that no other element on the page has: each widget there is a module by itself, so counting would not do. */
export function useElementId(prefix: string): string {
  return useState(() => `${prefix}-${Math.random().toString(36).slice(2, 10)}`)[0];
}
