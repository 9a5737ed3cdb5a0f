// Two things side by side, or one below the other where there is no room.

import type { ComponentChildren, JSX } from "preact";
import { ClippedText } from "../../components/ClippedText";
import type { DiffPart } from "../../core/diff";
import { previewCutJson, previewValue } from "../../core/format";
import { isBigCell, type Json } from "../../core/schema";
import { useCell } from "../../hooks/cell";
import { COMPARE } from "../../texts/compare";
import { SIDES, type Side, diffBySide } from "./data";
import { RunLetter } from "./RunCards";
import "../../components/diff.css";

/** Texts that are fetched as soon as they are in sight. */
const AT_ONCE = 60_000;

export function SideBySide({ each }: { each: (side: Side) => ComponentChildren }): JSX.Element {
  return (
    <div class="lgj-two">
      {SIDES.map((side) => (
        <div key={side} class="lgj-one">
          <RunLetter side={side} />
          <div class="lgj-one-body">{each(side)}</div>
        </div>
      ))}
    </div>
  );
}

/** Two cells that are texts, or JSON to be read as text, word by word where they have enough in common. */
export function TextDiff(props: {
  a: Json;
  b: Json;
  table: string;
  row: number;
  column: string;
}): JSX.Element {
  const { table, row, column } = props;
  const address = (side: Side) => ({ table, key: row, column: `${column}_${side}` });
  const a = useCell(props.a, address("a"), (size) => size <= AT_ONCE);
  const b = useCell(props.b, address("b"), (size) => size <= AT_ONCE);
  const known = { a, b };
  const texts = a.state === "loaded" && b.state === "loaded" ? [wordsOf(a.value), wordsOf(b.value)] : null;
  const parts =
    texts && texts[0] !== null && texts[1] !== null && texts[0] !== texts[1]
      ? diffBySide(texts[0] as string, texts[1] as string)
      : null;
  return (
    <SideBySide
      each={(side) => {
        const cell = known[side];
        if (parts) return <DiffWords parts={parts[side]} />;
        if (cell.state === "loaded") return <WholeText value={cell.value} />;
        return (
          <>
            <span class="lgj-prose">{beginningOf(props[side])}</span>
            <button type="button" class="lgj-button" onClick={cell.fetch} disabled={cell.state === "loading"}>
              {cell.state === "loading" ? COMPARE.loadingRest : COMPARE.loadAll(cell.size)}
            </button>
            {cell.state === "failed" ? <p class="lgj-problem">{cell.why}</p> : null}
          </>
        );
      }}
    />
  );
}

function beginningOf(value: Json): string {
  return isBigCell(value) ? previewCutJson(value.preview, 400) : previewValue(value, 400);
}

function wordsOf(value: Json): string | null {
  if (value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

function WholeText({ value }: { value: Json }): JSX.Element {
  const words = wordsOf(value);
  if (words === null) return <MissingSide />;
  if (words === "") return <span class="lgj-muted">{COMPARE.noText}</span>;
  return <ClippedText text={words} />;
}

function MissingSide(): JSX.Element {
  return <span class="lgj-muted">{COMPARE.missing}</span>;
}

/** One side's words: what the other has not is marked, by more than a colour. */
function DiffWords({ parts }: { parts: readonly DiffPart[] }): JSX.Element {
  return (
    <p class="lgj-prose">
      {parts.map(({ kind, text }, nth) => {
        if (kind === "add") return <ins key={nth}>{text}</ins>;
        return kind === "remove" ? <del key={nth}>{text}</del> : <span key={nth}>{text}</span>;
      })}
    </p>
  );
}

/** Where a pair is, and whether its sides are the same. */
export function PairHead(props: {
  place: ComponentChildren;
  what?: string;
  occurrence: number;
  same: boolean;
}): JSX.Element {
  return (
    <div class="lgj-pair-head">
      {props.place}
      {props.what ? <span class="lgj-tag">{props.what}</span> : null}
      {props.occurrence > 0 ? <span class="lgj-muted">#{props.occurrence + 1}</span> : null}
      {props.same ? <span class="lgj-muted lgj-pair-same">{COMPARE.same}</span> : null}
    </div>
  );
}
