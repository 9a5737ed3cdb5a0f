import type { JSX } from "preact";
import { CopyButton } from "../../components/CopyButton";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { Place } from "../../components/NodeName";
import { StatusBadge } from "../../components/StatusBadge";
import type { InterruptRow, Json } from "../../core/schema";
import { useCell } from "../../hooks/cell";
import { withoutOptions } from "../../steer/answerOptions";
import { decisionsOfAnswer, reviewOf } from "../../steer/review";
import { requestShowPanel } from "../../steer/showRequests";
import { ANSWERED_ELSEWHERE, type RunSteering } from "../../steer/runSteering";
import { INTERRUPTS, QUESTION } from "../../texts/interrupts";
import { AnswerForm } from "./AnswerForm";
import { ArgumentList } from "./ArgumentList";
import { ReviewDecisions } from "./ReviewDecisions";

interface Props {
  readonly row: InterruptRow;
  readonly steer: RunSteering;
  readonly marked: boolean;
  /** Several wait, of which some may be left for later. */
  readonly oneOfMany: boolean;
}

/** One question: where it arose, what it asks, and its answer or a way to give one. */
export function Question({ row, steer, marked, oneOfMany }: Props): JSX.Element {
  const question = useWholeCell(row, "value");
  const schema = useWholeCell(row, "response_schema");
  const waits = row.status === "pending" || steer.awaits(row);
  return (
    <article
      class={`lgj-question ${waits ? "lgj-question-waits" : ""} ${marked ? "lgj-marked" : ""}`}
      aria-label={QUESTION.of(row.node ?? INTERRUPTS.graph)}
    >
      <header class="lgj-question-head" title={QUESTION.id(row.interrupt_id)}>
        {waits ? (
          <span class="lgj-status lgj-status-small lgj-tone-warn">
            {needsStateUpdate(row, steer) ? QUESTION.waitsForState : QUESTION.waits}
          </span>
        ) : (
          <AnsweredBadge status={row.status} />
        )}
        <Place namespace={row.namespace} node={row.node} />
        <span class="lgj-question-id">
          <CopyButton text={() => row.interrupt_id} label={QUESTION.copyId} />
        </span>
      </header>
      {question === undefined ? (
        <p class="lgj-muted">{QUESTION.loading}</p>
      ) : (
        <QuestionText value={question} row={row} />
      )}
      {needsStateUpdate(row, steer) ? <StateUpdateHint node={row.node} /> : null}
      {waits && !needsStateUpdate(row, steer) && question !== undefined && schema !== undefined ? (
        <AnswerForm row={row} question={question} schema={schema} steer={steer} oneOfMany={oneOfMany} />
      ) : null}
      {waits || question === undefined || row.status === ANSWERED_ELSEWHERE ? null : (
        <GivenAnswer row={row} question={question} />
      )}
    </article>
  );
}

/** It was raised by a `NodeInterrupt`, which hears no answer. */
function needsStateUpdate(row: InterruptRow, { known }: RunSteering): boolean {
  return (
    row.status === "pending" &&
    known !== null &&
    known.done &&
    known.resume_blocker === null &&
    !known.waiting.includes(row.interrupt_id)
  );
}

function StateUpdateHint({ node }: { node: string | null }): JSX.Element {
  return (
    <p class="lgj-hint">
      {QUESTION.explain.nodeInterrupt(node ?? QUESTION.node)}{" "}
      <button
        type="button"
        class="lgj-link"
        onClick={(event) => requestShowPanel(event.currentTarget, "checkpoints")}
      >
        {QUESTION.edit}
      </button>{" "}
      {QUESTION.runAgain}
    </p>
  );
}

function AnsweredBadge({ status }: { status: string | null }): JSX.Element {
  if (status === ANSWERED_ELSEWHERE)
    return <span class="lgj-status lgj-status-small lgj-tone-quiet">{QUESTION.answeredElsewhere}</span>;
  if (status !== "resumed") return <StatusBadge small status={status} />;
  return (
    <span class="lgj-status lgj-status-small lgj-tone-good">
      <Icon name="check" />
      {QUESTION.answered}
    </span>
  );
}

/** The value of a cell, fetched if it was too big to be pushed. */
function useWholeCell(
  row: InterruptRow,
  column: "value" | "response_schema" | "resumed_with",
): Json | undefined {
  const address = { table: "interrupts", key: row.number, column };
  const cell = useCell(row[column], address, () => true);
  if (cell.state === "loaded") return cell.value;
  return cell.state === "failed" ? `(${cell.why})` : undefined;
}

function QuestionText({ value, row }: { value: Json; row: InterruptRow }): JSX.Element | null {
  if (reviewOf(value, row.response_schema)) return null; // which says it itself
  if (typeof value === "string") return <p class="lgj-prose lgj-question-text">{value}</p>;
  return <ArgumentList value={withoutOptions(value)} />;
}

function GivenAnswer({ row, question }: { row: InterruptRow; question: Json }): JSX.Element {
  const answer = useWholeCell(row, "resumed_with");
  if (answer === undefined) return <p class="lgj-muted">{QUESTION.loading}</p>;
  const review = reviewOf(question, row.response_schema);
  const decided = review && decisionsOfAnswer(review, answer);
  if (review && decided) return <ReviewDecisions review={review} decisions={decided} />;
  return (
    <>
      {review ? <JsonTree value={question} open={1} /> : null}
      <div class="lgj-answered">
        <span class="lgj-muted">{QUESTION.answeredWith}</span>
        <JsonTree value={answer} open={2} />
      </div>
    </>
  );
}
