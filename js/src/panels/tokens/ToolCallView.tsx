import type { JSX } from "preact";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { Problem } from "../../components/Problem";
import { StreamText } from "../../components/StreamText";
import { TextValue } from "../../components/TextValue";
import { formatDuration, previewValue } from "../../core/format";
import { isObject, type Json, type MessageRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { EditButton, LazyMessageEditor } from "../../steer/EditButton";
import { useInPlaceEdit } from "../../steer/useInPlaceEdit";
import { CONTENT, MESSAGE } from "../../texts/tokens";
import { MessageExtras } from "./MessageExtras";
import type { ToolCall } from "./data";

const SHORT = 90; // characters of arguments that stay on the call's own line

/** A tool call: its name, its arguments while they come and when they are whole, its result. */
export function ToolCallView(props: { messageId: string; call: ToolCall; live: boolean }): JSX.Element {
  const { messageId, call, live } = props;
  const line = call.args === undefined ? null : shortArguments(call.args);
  return (
    <div class={call.failed?.status === "error" ? "lgj-call lgj-call-failed" : "lgj-call"}>
      <div class="lgj-call-head">
        <Icon name="tool" />
        <b>{call.name ?? CONTENT.toolCall}</b>
        {line !== null ? <code class="lgj-args">{line}</code> : null}
        {call.result?.latency != null ? (
          <span class="lgj-muted">{formatDuration(call.result.latency)}</span>
        ) : null}
      </div>
      {call.args === undefined ? (
        <StreamText
          messageId={messageId}
          kind={`tool_call:${call.index}`}
          live={live}
          class="lgj-args-live"
        />
      ) : line === null ? (
        <JsonTree value={call.args} open={2} />
      ) : null}
      {call.result ? <ToolResult row={call.result} of={call.name ?? "tool"} /> : null}
      {call.failed && !call.result ? (
        <div class={call.failed.status === "error" ? "lgj-result lgj-tone-bad" : "lgj-result"}>
          <Icon name={call.failed.status === "error" ? "cross" : "stop"} />
          <div class="lgj-result-body">{call.failed.why}</div>
        </div>
      ) : null}
    </div>
  );
}

/** Arguments as `name: value, …` when they are few and small; null when they need room. */
function shortArguments(args: Json): string | null {
  if (!isObject(args)) return previewValue(args, SHORT);
  const text = Object.entries(args)
    .map(
      ([name, value]) =>
        `${name}: ${typeof value === "string" ? JSON.stringify(value) : previewValue(value, SHORT)}`,
    )
    .join(", ");
  return text.length <= SHORT && !text.includes("\\n") ? text : null;
}

function ToolResult({ row, of }: { row: MessageRow; of: string }): JSX.Element {
  const id = row.message_id;
  const editing = useInPlaceEdit({ kind: "message", id });
  const { store } = useView();
  const size = useStore([`text:${id}`], (from) => from.textOf(id).text.size);
  const failed = row.status === "error";
  const streams = row.status === "running";
  const text = streams ? "" : store.textOf(id).text.toString();
  return (
    <div class={`lgj-result ${failed ? "lgj-tone-bad" : ""}`}>
      <Icon name={failed ? "cross" : "return"} />
      <div class="lgj-result-body">
        {failed ? <b>{CONTENT.error} </b> : null}
        {editing.edit ? (
          <LazyMessageEditor id={id} of={editing} />
        ) : size === 0 ? null : streams ? (
          <StreamText messageId={id} kind="text" live={false} />
        ) : (
          <TextValue text={text} />
        )}
        {size === 0 && row.blocks === null ? <span class="lgj-muted">{CONTENT.empty}</span> : null}
        <MessageExtras row={row} />
        <Problem text={editing.problem} />
      </div>
      <EditButton of={editing} name={MESSAGE.editedResult(of)} />
    </div>
  );
}
