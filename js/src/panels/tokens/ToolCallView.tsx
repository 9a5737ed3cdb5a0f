import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { StreamText } from "../../components/StreamText";
import { bytes, duration, preview } from "../../core/format";
import type { Json, MessageRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useStore } from "../../hooks/store";
import { Attachments } from "./Attachments";
import type { ToolCall } from "./data";

const SHORT = 90; // characters of arguments that stay on the call's own line
const LONG_RESULT = 600; // characters of a result beyond which it is folded

/** A tool call: its name, its arguments while they come and when they are whole, its result. */
export function ToolCallView(props: { messageId: string; call: ToolCall; live: boolean }): JSX.Element {
  const { messageId, call, live } = props;
  const line = call.args === undefined ? null : oneLine(call.args);
  return (
    <div class="lgj-call">
      <div class="lgj-call-head">
        <Icon name="tool" />
        <b>{call.name ?? "tool call"}</b>
        {line !== null ? <code class="lgj-args">{line}</code> : null}
        {call.result?.latency != null ? <span class="lgj-muted">{duration(call.result.latency)}</span> : null}
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
      {call.result ? <Result row={call.result} /> : null}
    </div>
  );
}

/** Arguments as `name: value, …` when they are few and small; null when they need room. */
function oneLine(args: Json): string | null {
  if (typeof args !== "object" || args === null || Array.isArray(args)) return preview(args, SHORT);
  const text = Object.entries(args)
    .map(
      ([name, value]) =>
        `${name}: ${typeof value === "string" ? JSON.stringify(value) : preview(value, SHORT)}`,
    )
    .join(", ");
  return text.length <= SHORT && !text.includes("\\n") ? text : null;
}

function Result({ row }: { row: MessageRow }): JSX.Element {
  const id = row.message_id;
  const { store } = useView();
  const size = useStore([`text:${id}`], (from) => from.textOf(id).text.size);
  const failed = row.status === "error";
  const long = size > LONG_RESULT;
  const [open, setOpen] = useState(false);
  return (
    <div class={`lgj-result ${failed ? "lgj-tone-bad" : ""}`}>
      <Icon name={failed ? "cross" : "return"} />
      <div class="lgj-result-body">
        {failed ? <b>Error </b> : null}
        {size === 0 ? null : !long || open ? (
          <StreamText messageId={id} kind="text" live={false} />
        ) : (
          <div class="lgj-text">{store.textOf(id).text.toString().slice(0, LONG_RESULT)}…</div>
        )}
        {long ? (
          <button type="button" class="lgj-link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Show less" : `Show all ${bytes(size)}`}
          </button>
        ) : null}
        {size === 0 && row.blocks === null ? <span class="lgj-muted">(empty)</span> : null}
        <Attachments row={row} />
      </div>
    </div>
  );
}
