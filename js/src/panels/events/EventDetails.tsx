import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../../components/CopyButton";
import { JsonTree } from "../../components/JsonTree";
import { useView } from "../../context";
import { preview, pretty } from "../../format";
import type { EventRow } from "../../schema";
import { envelope } from "./data";

/** An open event: its ids, and its data as the kernel keeps it. */
export function EventDetails({ row }: { row: EventRow }): JSX.Element {
  const { call } = useView();
  const [whole, setWhole] = useState<EventRow | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
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
        {envelope(row).map(([name, value]) => (
          <span key={name}>
            <span class="lgj-muted">{name}</span> <code>{value}</code>
          </span>
        ))}
      </p>
      {whole ? (
        <div class="lgj-value">
          <JsonTree value={whole.data} open={2} />
          <CopyButton text={() => pretty(whole.data)} label="Copy as JSON" />
        </div>
      ) : (
        <code class="lgj-beginning">{preview(row.data, 400)}</code>
      )}
      {problem ? <p class="lgj-problem">{problem}</p> : null}
    </div>
  );
}
