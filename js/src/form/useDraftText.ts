import { useRef, useState } from "preact/hooks";
import type { Draft } from "./schema";

/** A text that stands for a value: it stays as it is typed until the value is changed by somebody else. */
export function useDraftText(
  value: Draft,
  write: (value: Draft) => string,
  read: (text: string) => Draft,
  onChange: (value: Draft) => void,
): [string, (text: string) => void] {
  const textOf = (of: Draft) => typedTextOf(of) ?? write(of);
  const [text, setText] = useState(() => textOf(value));
  const mine = useRef(value);
  let shown = text;
  if (mine.current !== value) {
    mine.current = value;
    shown = textOf(value);
    setText(shown);
  }
  const type = (typed: string) => {
    mine.current = read(typed);
    if (isObject(mine.current)) TYPED_TEXTS.set(mine.current, typed);
    setText(typed);
    onChange(mine.current);
  };
  return [shown, type];
}

/** As what a value was typed: a field that comes back shows the reader's own words, not ours for the same value. */
const TYPED_TEXTS = new WeakMap<object, string>();

function typedTextOf(value: Draft): string | undefined {
  return isObject(value) ? TYPED_TEXTS.get(value) : undefined;
}

function isObject(value: Draft): value is Draft & object {
  return typeof value === "object" && value !== null;
}
