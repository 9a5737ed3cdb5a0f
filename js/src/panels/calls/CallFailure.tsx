import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { formatCountWithNoun, formatInteger } from "../../core/format";
import { isBigCell, type Json, type ModelCallRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useTable } from "../../hooks/store";
import { FAILURE } from "../../texts/calls";
import { type Call, fieldsOf, triesOf } from "./data";
import { FetchedCallCell } from "./FetchedCallCell";

/** Why a call failed: what was raised, what the provider said of it, which try it was, how much was sent. */
export function CallFailure({ call }: { call: Call }): JSX.Element | null {
  if (call.row.error === null) return null;
  return (
    <FetchedCallCell
      row={call.row}
      column="error"
      draw={(error) => <FailureDetails call={call} error={error} />}
    />
  );
}

function FailureDetails({ call, error }: { call: Call; error: Json }): JSX.Element {
  const { error: kind, message, status_code: code, request_id: id, body } = fieldsOf(error);
  const facts = [
    call.kind === "model" ? call.row.provider : null,
    code === undefined ? null : FAILURE.status(String(code)),
    id === undefined ? null : FAILURE.request(String(id)),
    call.kind === "model" ? sentMessagesText(call.row) : null,
  ];
  return (
    <div class="lgj-call-failure lgj-tone-bad">
      <Icon name="cross" />
      <div>
        <b>{String(kind ?? "")}</b>
        {message === undefined || message === "" ? null : `: ${String(message)}`}
        <div class="lgj-muted">
          {facts.filter(Boolean).join(" · ")}
          {call.kind === "model" ? <RetryNavigation row={call.row} /> : null}
        </div>
        {body === undefined ? null : <JsonTree name={FAILURE.body} value={body} open={0} copy={false} />}
      </div>
    </div>
  );
}

function sentMessagesText({ input }: ModelCallRow): string | null {
  if (input === null || isBigCell(input)) return null;
  return FAILURE.sent(formatCountWithNoun((input as readonly Json[]).length, "message"));
}

/** Which try it was, how the last ended, and the way to the next. */
function RetryNavigation({ row }: { row: ModelCallRow }): JSX.Element | null {
  const { rows } = useTable("model_calls");
  const { selection } = useView();
  const tries = triesOf(row, rows);
  const nth = tries.indexOf(row);
  const next = tries[nth + 1];
  if (tries.length < 2) return null;
  return (
    <>
      {" · "}
      {FAILURE.attempt(formatInteger(nth + 1), formatInteger(tries.length))}
      {next ? (
        <>
          {` · ${FAILURE.ended(tries.at(-1)?.status ?? "")} `}
          <button
            type="button"
            class="lgj-link"
            onClick={() => selection.set({ kind: "call", id: next.call_id })}
          >
            {FAILURE.next}
          </button>
        </>
      ) : null}
    </>
  );
}
