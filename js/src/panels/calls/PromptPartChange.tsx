import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ClippedText } from "../../components/ClippedText";
import { Icon } from "../../components/Icon";
import { diffWords } from "../../core/diff";
import { previewValue, formatIndentedJson } from "../../core/format";
import type { Json, ModelCallRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { CHANGES } from "../../texts/calls";
import { type NamedDifference, differencesOf } from "./data";
import { FetchedCallCell } from "./FetchedCallCell";
import "../../components/diff.css";

const SHORT = 60; // characters of a value that stay on the line of its change

type Compared = "system" | "tools" | "parameters";

/** Marks a part of a prompt that is other than in the agent's call before; opened, what changed. */
export function PromptPartChange({ row, part }: { row: ModelCallRow; part: Compared }): JSX.Element | null {
  const { store } = useView();
  const [open, setOpen] = useState(part !== "system");
  const before = row.previous_call === null ? undefined : store.tables.model_calls.get(row.previous_call);
  if (!before || !Array.isArray(row.changed) || !row.changed.includes(part)) return null;
  return (
    <>
      <button
        type="button"
        class="lgj-fold lgj-changed"
        aria-expanded={open}
        title={CHANGES.hint}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? "down" : "right"} />
        <span class="lgj-tag">{CHANGES.changed}</span>
      </button>
      {open ? (
        <FetchedCallCell
          row={before}
          column={part}
          draw={(was) => <PromptPartDiff {...{ row, part, was }} />}
        />
      ) : null}
    </>
  );
}

function PromptPartDiff({ row, part, was }: { row: ModelCallRow; part: Compared; was: Json }): JSX.Element {
  const draw = (now: Json) =>
    part === "system" ? (
      <TextDiff before={textOf(was)} now={textOf(now)} />
    ) : (
      <NamedChangeList changes={differencesOf(was, now)} />
    );
  return <FetchedCallCell row={row} column={part} draw={draw} />;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : formatIndentedJson(value);
}

/** Two texts, what is gone struck out and what is new underlined; one after the other where little is the same. */
function TextDiff({ before, now }: { before: string; now: string }): JSX.Element {
  const parts = diffWords(before, now);
  if (parts) {
    return (
      <div class="lgj-call-diff">
        {parts.map(({ kind, text }, nth) =>
          kind === "add" ? (
            <ins key={nth}>{text}</ins>
          ) : kind === "remove" ? (
            <del key={nth}>{text}</del>
          ) : (
            text
          ),
        )}
      </div>
    );
  }
  return (
    <div class="lgj-call-diff">
      <span class="lgj-muted">{CHANGES.before}</span>
      <ClippedText text={before || "–"} />
      <span class="lgj-muted">{CHANGES.now}</span>
      <ClippedText text={now || "–"} />
    </div>
  );
}

function NamedChangeList({ changes }: { changes: readonly NamedDifference[] }): JSX.Element {
  return (
    <ul class="lgj-call-diff">
      {changes.map((change) => (
        <li key={change.name}>
          <NamedChange {...change} />
        </li>
      ))}
    </ul>
  );
}

function NamedChange({ name, before, now }: NamedDifference): JSX.Element {
  const [was, is] = [shortText(before), shortText(now)];
  if (before === undefined) return <ins>{nameWithValue(name, is)}</ins>;
  if (now === undefined) return <del>{nameWithValue(name, was)}</del>;
  if (was !== null && is !== null) {
    return (
      <>
        {name}: <del>{was}</del> <ins>{is}</ins>
      </>
    );
  }
  return (
    <>
      {name}
      <TextDiff before={formatIndentedJson(before)} now={formatIndentedJson(now)} />
    </>
  );
}

/** A value that a line holds; null if it needs more room. */
function shortText(value: Json | undefined): string | null {
  if (typeof value === "object" && value !== null) return null;
  const line = previewValue(value, SHORT);
  return line.endsWith("…") ? null : line;
}

function nameWithValue(name: string, value: string | null): string {
  return value === null ? name : `${name}: ${value}`;
}
