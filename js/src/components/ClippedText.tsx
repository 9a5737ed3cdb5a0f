import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { findFoldIndex } from "../core/folding";
import { formatByteSize } from "../core/format";
import { VALUES } from "../texts/frame";
import "./ClippedText.css";

const LONG = 600; // characters shown at first
const STEP = 100_000; // characters more with each click, so that a huge text stays quick

/** A text of any length: its first sentences, and how to see more of it. */
export function ClippedText({ text, limit = LONG }: { text: string; limit?: number }): JSX.Element {
  const [asked, ask] = useState(0); // characters more
  const shown = asked === 0 ? findFoldIndex(text, limit) : limit + asked;
  const rest = text.length - shown;
  if (text.length <= 1.25 * limit || rest <= 0) {
    return (
      <span class="lgj-prose" dir="auto">
        {text}
      </span>
    );
  }
  return (
    <span class="lgj-prose" dir="auto">
      {text.slice(0, shown)} …{" "}
      <button type="button" class="lgj-link" onClick={() => ask(asked + STEP)}>
        {rest > STEP
          ? VALUES.showMore(formatByteSize(STEP), formatByteSize(rest))
          : VALUES.showAll(formatByteSize(text.length))}
      </button>
    </span>
  );
}
