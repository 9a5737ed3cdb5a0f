import type { JSX } from "preact";
import { Definition } from "../../components/Definition";
import { ClippedText } from "../../components/ClippedText";
import { Icon } from "../../components/Icon";
import { TextValue } from "../../components/TextValue";
import { Value } from "../../components/Value";
import { formatDollars } from "../../core/format";
import type { Json, ModelCallRow, ToolCallRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useSelectActions } from "../../hooks/narrowing";
import { CALLS, PARTS } from "../../texts/calls";
import { CallFailure } from "./CallFailure";
import { PromptPartChange } from "./PromptPartChange";
import { CopyPrompt } from "./CopyPrompt";
import type { Call } from "./data";
import { callCellAddress } from "./FetchedCallCell";
import { PromptMessagesCell, OutputCell, ParametersCell, ToolsCell } from "./PromptCells";

/** An open call: how it is known, what it was given, and what came of it. */
export function CallDetails({ call }: { call: Call }): JSX.Element {
  const known = knownFromText(call);
  return (
    <div class="lgj-call-details">
      {known ? (
        <p class="lgj-call-known">
          <Icon name="info" /> {known}
        </p>
      ) : null}
      <CallFailure call={call} />
      <dl class="lgj-details">
        {call.kind === "model" ? <ModelCallParts row={call.row} /> : <ToolCallParts row={call.row} />}
      </dl>
      {call.kind === "model" && call.row.input !== null ? <CopyPrompt call={call.row.call_id} /> : null}
      <SelectMessageButton id={call.row.message_id} />
    </div>
  );
}

/** Says what is not known of a call that was not heard. */
function knownFromText({ kind, row }: Call): string | null {
  if (row.known_from === "callback") return null;
  if (row.known_from === "events") return kind === "model" ? CALLS.explain.events : null;
  if (kind === "tool") return CALLS.explain.tool;
  return row.input === null ? CALLS.explain.model : CALLS.explain.given;
}

function ModelCallParts({ row }: { row: ModelCallRow }): JSX.Element {
  return (
    <>
      {row.system === null ? null : (
        <Definition name={PARTS.system}>
          <PromptPartChange row={row} part="system" />
          <SystemPrompt row={row} />
        </Definition>
      )}
      {row.input === null ? null : (
        <Definition name={PARTS.messages}>
          <PromptMessagesCell row={row} />
        </Definition>
      )}
      {row.tools === null ? null : (
        <Definition name={PARTS.tools}>
          <PromptPartChange row={row} part="tools" />
          <ToolsCell row={row} />
        </Definition>
      )}
      {row.parameters === null ? null : (
        <Definition name={PARTS.parameters}>
          <PromptPartChange row={row} part="parameters" />
          <ParametersCell row={row} />
        </Definition>
      )}
      {row.output === null ? null : (
        <Definition name={PARTS.output}>
          <OutputCell row={row} />
        </Definition>
      )}
      <Cell row={row} column="usage" title={PARTS.usage} />
      <CostDetails row={row} />
    </>
  );
}

function CostDetails({ row }: { row: ModelCallRow }): JSX.Element | null {
  const { cost, price_source: source, cost_note: note } = row;
  if (cost === null && note === null) return null;
  return (
    <Definition name={PARTS.cost}>
      {[formatDollars(cost), source, note].filter(Boolean).join(" · ")}
    </Definition>
  );
}

function SystemPrompt({ row }: { row: ModelCallRow }): JSX.Element {
  if (row.system === "") return <span class="lgj-muted">{CALLS.noSystem}</span>;
  if (typeof row.system === "string") return <ClippedText text={row.system} />;
  return <Value value={row.system} address={callCellAddress(row, "system")} />;
}

function ToolCallParts({ row }: { row: ToolCallRow }): JSX.Element {
  return (
    <>
      <Cell row={row} column="description" title={PARTS.about} />
      <Cell row={row} column="args" title={PARTS.args} />
      <Cell row={row} column="result" title={PARTS.result} />
      <Cell row={row} column="artifact" title={PARTS.artifact} />
    </>
  );
}

type CellProps = { readonly column: string; readonly title: string } & {
  readonly row: ModelCallRow | ToolCallRow;
};

/** A cell that is known, in full. */
function Cell({ row, column, title }: CellProps): JSX.Element | null {
  const value = (row[column] ?? null) as Json;
  if (value === null) return null;
  return (
    <Definition name={title}>
      {typeof value === "string" ? (
        <TextValue text={value} />
      ) : (
        <Value value={value} address={callCellAddress(row, column)} />
      )}
    </Definition>
  );
}

/** Selects the message that came of a call, so that the other panels show it. */
function SelectMessageButton({ id }: { id: string | null }): JSX.Element | null {
  const { store } = useView();
  const select = useSelectActions();
  if (id === null || !store.tables.messages.get(id)) return null;
  return (
    <button type="button" class="lgj-link" onClick={() => select.set({ kind: "message", id })}>
      {CALLS.select}
    </button>
  );
}
