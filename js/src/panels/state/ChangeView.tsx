import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ClippedText } from "../../components/ClippedText";
import { CopyButton } from "../../components/CopyButton";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { Problem } from "../../components/Problem";
import { TextValue } from "../../components/TextValue";
import type { DiffPart } from "../../core/diff";
import {
  previewCutJson,
  formatByteSize,
  formatCountWithNoun,
  formatIndentedJson,
  previewValue,
} from "../../core/format";
import { roleWord } from "../../core/messages";
import { isBigCell, type Json } from "../../core/schema";
import { useCell } from "../../hooks/cell";
import { useReachable } from "../../hooks/store";
import { EditButton, LazyMessageEditor } from "../../steer/EditButton";
import { useInPlaceEdit } from "../../steer/useInPlaceEdit";
import { CHANGE } from "../../texts/state";
import {
  type StateChange,
  type ChangeDrawing,
  drawingOfChange,
  OPERATION_SIGNS,
  placeWithinKey,
  type Sign,
  type StateMessage,
} from "./data";
import "../../components/Value.css";
import "../../components/diff.css";
import "./ChangeView.css";

const FEW = 20; // items or messages drawn at first
const CONTEXT = 90; // characters of what is the same that stay beside what is not

/** One change: where, of what kind, and what it was before and after. */
export function ChangeView({ change }: { change: StateChange }): JSX.Element {
  const { row } = change;
  const place = placeWithinKey(row);
  const isWrite = row.op === "write";
  const { word } = OPERATION_SIGNS[row.op] ?? { word: row.op };
  const drawing = useMemo(() => drawingOfChange(row.op, row.before, row.after), [row]);
  return (
    <div class={`lgj-change lgj-op-${row.op}`}>
      <span class="lgj-change-what">
        {place ? (
          <code class="lgj-change-place" title={row.path}>
            {place}
          </code>
        ) : null}
        <span class="lgj-change-op" title={isWrite ? CHANGE.explain.write : undefined}>
          {word}
          {drawing.kind === "messages" || drawing.kind === "items" ? ` ${countOf(drawing)}` : ""}
        </span>
      </span>
      <div class="lgj-change-body">
        {drawing.kind === "big" ? <BigChange change={change} /> : <DrawnChange drawing={drawing} />}
      </div>
    </div>
  );
}

function countOf(drawing: ChangeDrawing & { kind: "messages" | "items" }): string {
  return drawing.kind === "messages"
    ? formatCountWithNoun(drawing.messages.length, CHANGE.message)
    : formatCountWithNoun(drawing.items.length, CHANGE.item);
}

/** Too big to have been pushed: its beginning, then, on request, the whole of both sides. */
function BigChange({ change: { row, index } }: { change: StateChange }): JSX.Element {
  const reachable = useReachable();
  const at = (column: string) => ({ table: "state_diffs", key: index, column });
  const before = useCell(row.before, at("before"));
  const after = useCell(row.after, at("after"));
  if (before.state === "loaded" && after.state === "loaded") {
    return <DrawnChange drawing={drawingOfChange(row.op, before.value, after.value)} />;
  }
  const load = () => {
    for (const cell of [before, after]) if (cell.state !== "loaded") cell.fetch();
  };
  const waiting = before.state === "loading" || after.state === "loading";
  const failed = [before, after].find((cell) => cell.state === "failed");
  return (
    <>
      {row.op === "change" || row.op === "remove" ? <CutValue sign="remove" value={row.before} /> : null}
      {row.op === "remove" ? null : <CutValue sign={signOf(row.op)} value={row.after} />}
      <button type="button" class="lgj-button" onClick={load} disabled={!reachable || waiting}>
        {waiting ? CHANGE.loading : CHANGE.load([before.size, after.size].filter(Boolean).join(" + "))}
      </button>
      {failed?.state === "failed" ? <p class="lgj-problem">{failed.why}</p> : null}
    </>
  );
}

function signOf(op: string): Sign {
  return op === "write" ? "write" : "add";
}

function CutValue({ sign, value }: { sign: Sign; value: Json }): JSX.Element {
  return (
    <SignedSide sign={sign}>
      {isBigCell(value) ? (
        <span class="lgj-prose">{previewCutJson(value.preview, 300)}</span>
      ) : (
        <code class="lgj-beginning">{previewValue(value, 300)}</code>
      )}
    </SignedSide>
  );
}

function DrawnChange({ drawing }: { drawing: ChangeDrawing }): JSX.Element | null {
  switch (drawing.kind) {
    case "messages":
      return (
        <FirstItems
          items={drawing.messages}
          each={(message, nth) => (
            <SignedSide key={nth} sign={drawing.sign}>
              <MessageSummary message={message} gone={drawing.sign === "remove"} />
            </SignedSide>
          )}
        />
      );
    case "items":
      return (
        <FirstItems
          items={drawing.items}
          each={(item, nth) => (
            <SignedSide key={nth} sign={drawing.sign}>
              <ValueView value={item} />
            </SignedSide>
          )}
        />
      );
    case "value":
      return (
        <SignedSide sign={drawing.sign}>
          <ValueView value={drawing.value} />
        </SignedSide>
      );
    case "words":
      return <WordDiff parts={drawing.parts} />;
    case "number":
      return (
        <p class="lgj-number-change">
          <del>{drawing.before}</del> <Icon name="arrow" /> <ins>{drawing.after}</ins>{" "}
          <span class="lgj-delta">{drawing.delta}</span>
        </p>
      );
    case "replaced":
      return isShort(drawing.before) && isShort(drawing.after) ? (
        <p class="lgj-number-change">
          <del>{scalarText(drawing.before)}</del> <Icon name="arrow" /> <ins>{scalarText(drawing.after)}</ins>
        </p>
      ) : (
        <>
          <SignedSide sign="remove">
            <ValueView value={drawing.before} />
          </SignedSide>
          <SignedSide sign="add">
            <ValueView value={drawing.after} />
          </SignedSide>
        </>
      );
    case "big":
      return null;
  }
}

function isShort(value: Json): boolean {
  return typeof value === "string"
    ? value.length <= 40 && !value.includes("\n")
    : typeof value !== "object" || value === null;
}

function scalarText(value: Json): string {
  return typeof value === "string" ? value || '""' : String(value);
}

const SIGNS: Readonly<Record<Sign, { sign: string; word: string }>> = {
  add: { sign: "+", word: CHANGE.added },
  remove: { sign: "−", word: CHANGE.removed },
  write: { sign: "✎", word: CHANGE.written },
};

/** What came or went, with its sign beside it: never by its colour alone. */
function SignedSide({ sign, children }: { sign: Sign; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`lgj-side lgj-side-${sign}`}>
      <b class="lgj-sign" title={SIGNS[sign].word}>
        <span aria-hidden="true">{SIGNS[sign].sign}</span>
        <span class="lgj-sr">{SIGNS[sign].word}</span>
      </b>
      <div class="lgj-side-body">{children}</div>
    </div>
  );
}

function ValueView({ value }: { value: Json }): JSX.Element {
  if (typeof value === "string") return <ClippedText text={value || '""'} />;
  if (typeof value !== "object" || value === null) {
    return <code class={`lgj-json-${value === null ? "null" : typeof value}`}>{String(value)}</code>;
  }
  return <JsonTree value={value} open={isSmall(value) ? 2 : 1} />;
}

function isSmall(value: Json): boolean {
  return previewValue(value, 300).length < 300;
}

function FirstItems<T>(props: {
  items: readonly T[];
  each: (item: T, nth: number) => JSX.Element;
}): JSX.Element {
  const [shown, setShown] = useState(FEW);
  const rest = props.items.length - shown;
  return (
    <>
      {props.items.slice(0, shown).map(props.each)}
      {rest > 0 ? (
        <button type="button" class="lgj-link" onClick={() => setShown(shown + 200)}>
          {CHANGE.show(`${Math.min(rest, 200)}`, formatCountWithNoun(rest, CHANGE.other))}
        </button>
      ) : null}
    </>
  );
}

/** A message of the state, small: who, the words, the calls. */
function MessageSummary({ message, gone }: { message: StateMessage; gone: boolean }): JSX.Element {
  const { id, role, name, text, calls } = message;
  const editing = useInPlaceEdit({ kind: "message", id });
  return (
    <div class="lgj-small-card">
      <span class="lgj-small-head">
        <b>{roleWord(role)}</b>
        {name ? <span class="lgj-muted">{name}</span> : null}
        <CopyButton text={() => formatIndentedJson(message.value)} label={CHANGE.copy} />
        {gone ? null : <EditButton of={editing} name={CHANGE.messageOf(roleWord(role))} />}
      </span>
      <Problem text={editing.problem} />
      {editing.edit ? (
        <LazyMessageEditor id={id} of={editing} />
      ) : !text ? null : role === "tool" ? (
        <TextValue text={text} />
      ) : (
        <ClippedText text={text} limit={400} />
      )}
      {calls.map(({ name: called, args }, nth) => (
        <span key={nth} class="lgj-small-call">
          <Icon name="tool" />
          <b>{called}</b>
          <code class="lgj-clip">{previewValue(args, 160)}</code>
        </span>
      ))}
      {!text && calls.length === 0 ? <span class="lgj-muted">{CHANGE.noText}</span> : null}
    </div>
  );
}

/** Two texts as one: what went struck out, what came underlined. */
function WordDiff({ parts }: { parts: readonly DiffPart[] }): JSX.Element {
  return (
    <p class="lgj-words" dir="auto">
      {parts.map(({ kind, text }, nth) => {
        if (kind === "add") return <ins key={nth}>{text}</ins>;
        if (kind === "remove") return <del key={nth}>{text}</del>;
        return <UnchangedText key={nth} text={text} first={nth === 0} last={nth === parts.length - 1} />;
      })}
    </p>
  );
}

/** A stretch that did not change: long ones are folded in the middle. */
function UnchangedText({ text, first, last }: { text: string; first: boolean; last: boolean }): JSX.Element {
  const [open, setOpen] = useState(false);
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  const hidden = text.length - head - tail;
  if (open || hidden < 120) return <span>{text}</span>;
  return (
    <span>
      {text.slice(0, head)}
      <button type="button" class="lgj-same" title={CHANGE.sameHint} onClick={() => setOpen(true)}>
        {CHANGE.same(formatByteSize(hidden))}
      </button>
      {text.slice(text.length - tail)}
    </span>
  );
}
