import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { JsonTree } from "../../components/JsonTree";
import { Problem } from "../../components/Problem";
import { bigSize } from "../../core/format";
import { isBigCell } from "../../core/schema";
import { useView } from "../../hooks/context";
import { useAttempt } from "../../hooks/attempt";
import { useReachable } from "../../hooks/store";
import { MEMORY } from "../../texts/memory";
import { SEPARATOR } from "./data";
import type { StoreItem } from "./protocol";

/** What the store holds now, read when it is asked for: runs tell only what they did with it. */
export function StoreItems(): JSX.Element {
  const { call } = useView();
  const reachable = useReachable();
  const [items, setItems] = useState<readonly StoreItem[] | null>(null);
  const [problem, report] = useAttempt();
  const read = () =>
    report(call("store_items", {})).then(
      ({ items }) => setItems(items),
      () => {},
    );
  return (
    <section class="lgj-memory-now" aria-label={MEMORY.now}>
      <div class="lgj-memory-head">
        <b>{MEMORY.now}</b>
        {items ? <span class="lgj-muted">{MEMORY.items(items.length)}</span> : null}
        <button type="button" class="lgj-button" disabled={!reachable} onClick={read}>
          {items ? MEMORY.readAgain : MEMORY.read}
        </button>
      </div>
      <Problem text={problem} />
      {items?.length ? (
        <ul class="lgj-memory-items">
          {items.map((item) => (
            <Item key={JSON.stringify([item.namespace, item.key])} item={item} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Item({ item: { namespace, key, value, updated_at } }: { item: StoreItem }): JSX.Element {
  return (
    <li>
      <span title={updated_at === null ? undefined : MEMORY.updated(updated_at)}>
        <span class="lgj-muted">{namespace.join(SEPARATOR)}</span> <b>{key}</b>
      </span>
      {isBigCell(value) ? (
        <span>
          <code>{value.preview}…</code> <span class="lgj-muted">{bigSize(value.$big, value.preview)}</span>
        </span>
      ) : (
        <JsonTree value={value} />
      )}
    </li>
  );
}
