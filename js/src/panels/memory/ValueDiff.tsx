import type { JSX } from "preact";
import { type DiffPart, diffWords } from "../../core/diff";
import { clipText, previewValue } from "../../core/format";
import type { Json } from "../../core/schema";
import { MEMORY } from "../../texts/memory";
import "../../components/diff.css";

const CONTEXT = 80; // characters of what is the same that stay beside what is not
const SHOWN = 2_000; // of a side that is shown whole

interface Props {
  /** `undefined`: it was not there. */
  readonly before: Json | undefined;
  /** `undefined`: it is there no more. */
  readonly after: Json | undefined;
}

/** What a value was and is: of two texts that have something in common the words that differ. */
export function ValueDiff({ before, after }: Props): JSX.Element {
  const parts = typeof before === "string" && typeof after === "string" ? diffWords(before, after) : null;
  if (parts) {
    return (
      <span class="lgj-prose">
        {parts.map((part, nth) => (
          <DiffPartText key={nth} part={part} first={nth === 0} last={nth === parts.length - 1} />
        ))}
      </span>
    );
  }
  return (
    <span class="lgj-prose">
      {before === undefined ? null : (
        <>
          <del>{textOf(before)}</del>{" "}
        </>
      )}
      {after === undefined ? <span class="lgj-muted">{MEMORY.missing}</span> : <ins>{textOf(after)}</ins>}
    </span>
  );
}

function DiffPartText({
  part: { kind, text },
  first,
  last,
}: {
  part: DiffPart;
  first: boolean;
  last: boolean;
}) {
  if (kind === "add") return <ins>{text}</ins>;
  if (kind === "remove") return <del>{text}</del>;
  const [head, tail] = [first ? 0 : CONTEXT, last ? 0 : CONTEXT];
  if (text.length <= head + tail + CONTEXT) return <span>{text}</span>;
  return (
    <span>
      {text.slice(0, head)} … {text.slice(text.length - tail)}
    </span>
  );
}

function textOf(value: Json): string {
  return typeof value === "string" ? clipText(value, SHOWN) : previewValue(value, SHOWN);
}
