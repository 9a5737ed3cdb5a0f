import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../../components/CopyButton";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { formatByteSize, formatIndentedJson, previewValue } from "../../core/format";
import type { EventRow } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useSelectActions } from "../../hooks/narrowing";
import type { Selection } from "../../state/selection";
import { EVENT } from "../../texts/events";
import { envelopeOf } from "./data";
import "../../components/Value.css";

const RAW_MAX = 200_000; // characters of raw JSON drawn

/** An open event: its ids, its data as the kernel keeps it, and the way to it in other panels. */
export function EventDetails({ row }: { row: EventRow }): JSX.Element {
  const { call } = useView();
  const [whole, setWhole] = useState<EventRow | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [raw, setRaw] = useState(false);
  useEffect(() => {
    let wanted = true;
    call("event", { seq: row.seq }).then(
      (event) => wanted && setWhole(event as EventRow),
      (error: Error) => wanted && setProblem(error.message),
    );
    return () => {
      wanted = false;
    };
  }, [call, row.seq]);
  return (
    <div class="lgj-details">
      <p class="lgj-envelope">
        {envelopeOf(row).map(([name, value]) => (
          <span key={name}>
            <span class="lgj-muted">{name}</span> <code>{value}</code>
          </span>
        ))}
      </p>
      <div class="lgj-details-tools">
        <SelectSubjectButton row={row} />
        {whole ? (
          <>
            <button type="button" class="lgj-quiet-button" aria-pressed={raw} onClick={() => setRaw(!raw)}>
              {raw ? EVENT.tree : EVENT.raw}
            </button>
            <CopyButton text={() => formatIndentedJson(whole.data)} label={EVENT.copy} />
          </>
        ) : null}
      </div>
      {whole ? (
        raw ? (
          <RawJson text={formatIndentedJson(whole)} />
        ) : (
          <JsonTree value={whole.data} open={2} copy={false} />
        )
      ) : (
        <code class="lgj-beginning">{previewValue(row.data, 400)}</code>
      )}
      {problem ? <p class="lgj-problem">{problem}</p> : null}
    </div>
  );
}

function RawJson({ text }: { text: string }): JSX.Element {
  return (
    <pre class="lgj-raw">
      {text.slice(0, RAW_MAX)}
      {text.length > RAW_MAX ? `\n${EVENT.more(formatByteSize(text.length - RAW_MAX))}` : ""}
    </pre>
  );
}

/** Selects what the event is about, so that the other panels show it. */
function SelectSubjectButton({ row }: { row: EventRow }): JSX.Element | null {
  const { store } = useView();
  const select = useSelectActions();
  const links: [string, Selection][] = [];
  if (row.message_id && store.tables.messages.get(row.message_id)) {
    links.push([EVENT.message, { kind: "message", id: row.message_id }]);
  }
  if (row.task_id && store.tables.tasks.get(row.task_id)) {
    links.push([EVENT.task, { kind: "task", id: row.task_id }]);
  }
  if (row.namespace) links.push([EVENT.subgraph, { kind: "namespace", id: row.namespace }]);
  else if (row.step !== null) links.push([EVENT.step(`${row.step}`), { kind: "step", id: row.step }]);
  if (links.length === 0) return null;
  return (
    <span class="lgj-jump">
      <Icon name="target" /> {EVENT.show}
      {links.map(([label, target]) => (
        <button key={label} type="button" class="lgj-link" onClick={() => select.set(target)}>
          {label}
        </button>
      ))}
    </span>
  );
}
