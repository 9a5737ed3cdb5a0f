import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ClippedText } from "../../components/ClippedText";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { formatCountWithNoun, formatInteger } from "../../core/format";
import { roleOf, roleWord } from "../../core/messages";
import type { Json, ModelCallRow } from "../../core/schema";
import { CALLS, PARTS } from "../../texts/calls";
import { fieldsOf, promptOf, toolsOf } from "./data";
import { FetchedCallCell } from "./FetchedCallCell";

/** The messages that a model was given: those of its agent's call before folded, then the new ones. */
export function PromptMessagesCell({ row }: { row: ModelCallRow }): JSX.Element {
  return (
    <FetchedCallCell
      row={row}
      column="input"
      draw={(input) => <PromptMessages input={input} repeated={row.repeated_messages} />}
    />
  );
}

function PromptMessages({ input, repeated }: { input: Json; repeated: number | null }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { before, fresh } = promptOf(input, repeated);
  if (!Array.isArray(input)) return <JsonTree value={input} />;
  return (
    <div class="lgj-call-messages">
      {before.length > 0 ? (
        <>
          <button type="button" class="lgj-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? "down" : "right"} />
            {CALLS.asBefore(formatCountWithNoun(before.length, "message"))},{" "}
            {CALLS.fresh(formatInteger(fresh.length))}
          </button>
          {open ? <MessageList messages={before} /> : null}
        </>
      ) : null}
      <MessageList messages={fresh} />
    </div>
  );
}

function MessageList({ messages }: { messages: readonly Json[] }): JSX.Element {
  return (
    <>
      {messages.map((message, nth) => (
        <MessageView key={nth} message={message} />
      ))}
    </>
  );
}

/** The message that a model answered with. */
export function OutputCell({ row }: { row: ModelCallRow }): JSX.Element {
  return <FetchedCallCell row={row} column="output" draw={(output) => <MessageView message={output} />} />;
}

/** Who speaks, what, and which tools are called; what is no message as the value that it is. */
function MessageView({ message }: { message: Json }): JSX.Element {
  const { content, name, tool_calls: calls } = fieldsOf(message);
  const role = roleOf(message);
  if (role === null) return <JsonTree value={message} />;
  return (
    <div class="lgj-call-message">
      <span class="lgj-muted">
        {roleWord(role)}
        {typeof name === "string" ? ` · ${name}` : null}
      </span>
      {typeof content === "string" ? (
        content === "" ? null : (
          <ClippedText text={content} />
        )
      ) : (
        <JsonTree value={content ?? null} open={1} />
      )}
      {Array.isArray(calls) && calls.length > 0 ? (
        <JsonTree name="tool_calls" value={calls} open={1} />
      ) : null}
    </div>
  );
}

/** The tools that a model could call, each with its schema. */
export function ToolsCell({ row }: { row: ModelCallRow }): JSX.Element {
  return <FetchedCallCell row={row} column="tools" draw={(tools) => <ToolList tools={tools} />} />;
}

function ToolList({ tools }: { tools: Json }): JSX.Element {
  const named = toolsOf(tools);
  if (named.length === 0) return <span class="lgj-muted">{CALLS.noTools}</span>;
  return (
    <>
      {named.map(([name, tool]) => (
        <JsonTree key={name} name={name} value={tool} open={0} copy={false} />
      ))}
    </>
  );
}

/** The parameters of a call, and the form that its response was to have. */
export function ParametersCell({ row }: { row: ModelCallRow }): JSX.Element {
  return <FetchedCallCell row={row} column="parameters" draw={(value) => <ParameterList value={value} />} />;
}

function ParameterList({ value }: { value: Json }): JSX.Element {
  const { response_format: format, ...others } = fieldsOf(value);
  return (
    <>
      <JsonTree value={others as Json} open={1} copy={false} />
      {format === undefined ? null : <JsonTree name={PARTS.format} value={format} open={1} copy={false} />}
    </>
  );
}
