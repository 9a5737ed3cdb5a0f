import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { bytes } from "../core/format";
import "./ClippedText.css";

const LONG = 600; // characters shown at first
const STEP = 100_000; // characters more with each click, so that a huge text stays quick

/** A text of any length: its beginning, and how to see more of it. */
export function ClippedText({ text, limit = LONG }: { text: string; limit?: number }): JSX.Element {
  const [shown, setShown] = useState(limit);
  const rest = text.length - shown;
  if (rest <= limit / 4) return <span class="lgj-prose">{text}</span>;
  return (
    <span class="lgj-prose">
      {text.slice(0, shown)}…{" "}
      <button type="button" class="lgj-link" onClick={() => setShown(shown + STEP)}>
        {rest > STEP ? `Show ${bytes(STEP)} of ${bytes(rest)} more` : `Show all ${bytes(text.length)}`}
      </button>
    </span>
  );
}
