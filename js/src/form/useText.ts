import { useRef, useState } from "preact/hooks";
import type { Draft } from "./schema";

/** A text that stands for a value: it stays as it is typed until the value is changed by somebody else. */
export function useText(
  value: Draft,
  write: (value: Draft) => string,
  read: (text: string) => Draft,
  onChange: (value: Draft) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(() => write(value));
  const mine = useRef(value);
  let shown = text;
  if (mine.current !== value) {
    mine.current = value;
    shown = write(value);
    setText(shown);
  }
  const type = (typed: string) => {
    mine.current = read(typed);
    setText(typed);
    onChange(mine.current);
  };
  return [shown, type];
}
