import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { Place } from "../../components/NodeName";
import { Problem } from "../../components/Problem";
import { StatusBadge } from "../../components/StatusBadge";
import type { InterruptRow, Json } from "../../core/schema";
import { JsonField } from "../../form/JsonField";
import { SchemaForm } from "../../form/SchemaForm";
import { Unparsed } from "../../form/schema";
import { validate } from "../../form/validate";
import { useCell } from "../../hooks/cell";
import { useView } from "../../hooks/context";
import { type AnswerDraft, emptyDraft, outcomeOf } from "../../steer/drafts";
import { decisionsIn, reviewOf } from "../../steer/review";
import { showPanel } from "../../steer/show";
import { ELSEWHERE, type Steer } from "../../steer/steer";
import { Decided, ReviewForm } from "./ReviewForm";

interface Props {
  readonly row: InterruptRow;
  readonly steer: Steer;
  readonly marked: boolean;
  /** Several wait, of which some may be left for later. */
  readonly oneOfMany: boolean;
}

/** One question: where it arose, what it asks, and its answer or a way to give one. */
export function Question({ row, steer, marked, oneOfMany }: Props): JSX.Element {
  const question = useWhole(row, "value");
  const schema = useWhole(row, "response_schema");
  const waits = row.status === "pending" || steer.awaits(row);
  return (
    <article
      class={`lgj-question ${waits ? "lgj-question-waits" : ""} ${marked ? "lgj-marked" : ""}`}
      aria-label={`Question of ${row.node ?? "the graph"}`}
    >
      <header class="lgj-question-head">
        {waits ? (
          <span class="lgj-status lgj-status-small lgj-tone-warn">
            {needsState(row, steer) ? "Waits for another state" : "Waits for an answer"}
          </span>
        ) : (
          <AnsweredBadge status={row.status} />
        )}
        <Place namespace={row.namespace} node={row.node} />
        <code class="lgj-muted lgj-clip lgj-question-id" title="The interrupt's id">
          {row.interrupt_id}
        </code>
      </header>
      {question === undefined ? (
        <p class="lgj-muted">Loading…</p>
      ) : (
        <QuestionText value={question} row={row} />
      )}
      {needsState(row, steer) ? <OtherState node={row.node} /> : null}
      {waits && !needsState(row, steer) && question !== undefined && schema !== undefined ? (
        <AnswerForm row={row} question={question} schema={schema} steer={steer} oneOfMany={oneOfMany} />
      ) : null}
      {waits || question === undefined || row.status === ELSEWHERE ? null : (
        <Answer row={row} question={question} />
      )}
    </article>
  );
}

/** It was raised by a `NodeInterrupt`, which hears no answer. */
function needsState(row: InterruptRow, { known }: Steer): boolean {
  return (
    row.status === "pending" &&
    known !== null &&
    known.done &&
    known.why_not === null &&
    !known.waiting.includes(row.interrupt_id)
  );
}

function OtherState({ node }: { node: string | null }): JSX.Element {
  return (
    <p class="lgj-hint">
      {node ?? "The node"} raised a NodeInterrupt, which takes no answer: it runs again when the state is
      another.{" "}
      <button
        type="button"
        class="lgj-link"
        onClick={(event) => showPanel(event.currentTarget, "checkpoints")}
      >
        Edit it in Checkpoints
      </button>{" "}
      and run again from there.
    </p>
  );
}

function AnsweredBadge({ status }: { status: string | null }): JSX.Element {
  if (status === ELSEWHERE)
    return <span class="lgj-status lgj-status-small lgj-tone-quiet">Answered elsewhere</span>;
  if (status !== "resumed") return <StatusBadge small status={status} />;
  return (
    <span class="lgj-status lgj-status-small lgj-tone-good">
      <Icon name="check" />
      Answered
    </span>
  );
}

/** The value of a cell, fetched if it was too big to be pushed. */
function useWhole(row: InterruptRow, column: "value" | "response_schema" | "resumed_with"): Json | undefined {
  const address = { table: "interrupts", key: row.number, column };
  const cell = useCell(row[column], address, () => true);
  if (cell.state === "loaded") return cell.value;
  return cell.state === "failed" ? `(${cell.why})` : undefined;
}

function QuestionText({ value, row }: { value: Json; row: InterruptRow }): JSX.Element | null {
  if (reviewOf(value, row.response_schema)) return null; // which says it itself
  if (typeof value === "string") return <p class="lgj-prose lgj-question-text">{value}</p>;
  return <JsonTree value={value} open={2} />;
}

function Answer({ row, question }: { row: InterruptRow; question: Json }): JSX.Element {
  const answer = useWhole(row, "resumed_with");
  if (answer === undefined) return <p class="lgj-muted">Loading…</p>;
  const review = reviewOf(question, row.response_schema);
  const decided = review && decisionsIn(review, answer);
  if (review && decided) return <Decided review={review} decisions={decided} />;
  return (
    <>
      {review ? <JsonTree value={question} open={1} /> : null}
      <div class="lgj-answered">
        <span class="lgj-muted">Answered with</span>
        <JsonTree value={answer} open={2} />
      </div>
    </>
  );
}

interface AnswerFormProps {
  readonly row: InterruptRow;
  readonly question: Json;
  readonly schema: Json;
  readonly steer: Steer;
  readonly oneOfMany: boolean;
}

function AnswerForm({ row, question, schema, steer, oneOfMany }: AnswerFormProps): JSX.Element {
  const id = row.interrupt_id;
  const disabled = !steer.awaits(row);
  const given = steer.drafts.get(id) ?? emptyDraft(question, schema);
  useEffect(() => {
    if (!steer.drafts.has(id)) steer.draft(id, emptyDraft(question, schema));
  }, [steer, id]);
  const change = (next: AnswerDraft) => steer.draft(id, { ...next, touched: true });
  return (
    <div class="lgj-answering">
      <Fields
        given={given}
        disabled={disabled}
        onChange={change}
        label={`Answer to ${row.node ?? "the graph"}`}
      />
      {oneOfMany && given.touched ? (
        <button type="button" class="lgj-link" onClick={() => steer.draft(id, emptyDraft(question, schema))}>
          Leave for later
        </button>
      ) : null}
    </div>
  );
}

interface FieldsProps<G extends AnswerDraft = AnswerDraft> {
  readonly given: G;
  readonly disabled: boolean;
  readonly label: string;
  readonly onChange: (given: AnswerDraft) => void;
}

function Fields({ given, disabled, label, onChange }: FieldsProps): JSX.Element {
  switch (given.kind) {
    case "review":
      return (
        <ReviewForm
          review={given.review}
          choices={given.choices}
          disabled={disabled}
          onChange={(choices) => onChange({ ...given, choices })}
        />
      );
    case "form":
      return (
        <SchemaForm
          schema={given.schema}
          value={given.value}
          errors={given.touched ? validate(given.schema, given.value) : []}
          disabled={disabled}
          label="answer"
          onChange={(value) => onChange({ ...given, value })}
        />
      );
    default:
      return <ValueField given={given} disabled={disabled} label={label} onChange={onChange} />;
  }
}

const PAUSE = 350; // milliseconds without a key, before the kernel is asked what a text is

/** JSON or a Python literal; what the page cannot read, the kernel may. */
function ValueField(props: FieldsProps<Extract<AnswerDraft, { kind: "value" }>>): JSX.Element {
  const { given, disabled, label, onChange } = props;
  const { call } = useView();
  const about = useId();
  const unparsed = given.value instanceof Unparsed ? given.value.text : null;
  useEffect(() => {
    if (unparsed === null || given.parsed?.text === unparsed) return;
    const setParsed = (value: Json, problem: string | null) =>
      onChange({ ...given, parsed: { text: unparsed, value, problem } });
    const timer = setTimeout(() => {
      call("literal", { text: unparsed }).then(
        ({ value }) => setParsed(value, null),
        (error: Error) => setParsed(null, error.message),
      );
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [unparsed]);
  const outcome = outcomeOf(given);
  const isParsed = unparsed !== null && given.parsed?.text === unparsed;
  return (
    <div class="lgj-field-body">
      <JsonField
        label={label}
        placeholder={'"yes", True, {"approved": true} …: JSON or a Python literal'}
        value={given.value}
        disabled={disabled}
        invalid={isParsed && !outcome.ready}
        describedBy={about}
        onChange={(value) => onChange({ ...given, value })}
      />
      <Hint id={about}>
        {isParsed && !outcome.ready ? (
          <>
            <Problem text={outcome.problem} />
            <button
              type="button"
              class="lgj-link"
              onClick={() => onChange({ ...given, value: unparsed, parsed: null })}
            >
              Take it as text
            </button>
          </>
        ) : null}
      </Hint>
    </div>
  );
}

function Hint({ id, children }: { id: string; children: ComponentChildren }): JSX.Element {
  return (
    <p class="lgj-hint" id={id}>
      {children}
    </p>
  );
}
