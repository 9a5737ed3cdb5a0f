import type { JSX } from "preact";
import { Definition } from "../../components/Definition";
import { Value } from "../../components/Value";
import type { Json, StoreOpRow } from "../../core/schema";
import { MEMORY } from "../../texts/memory";
import { ValueDiff } from "./ValueDiff";
import { fieldChangesOf, type Operation } from "./data";

/** An open operation: what a write changed field by field, and its cells in full. */
export function OperationDetails({ operation }: { operation: Operation }): JSX.Element {
  const { row } = operation;
  const changes = fieldChangesOf(row);
  return (
    <dl class="lgj-details">
      {row.effect === "unknown" ? <p class="lgj-muted">{MEMORY.effects.unknown}</p> : null}
      {changes ? (
        <Definition name={MEMORY.parts.changes}>
          <ul class="lgj-memory-changes">
            {changes.map(({ name, before, after }) => (
              <li key={name}>
                <code>{name}</code> <ValueDiff before={before} after={after} />
              </li>
            ))}
          </ul>
        </Definition>
      ) : null}
      <Cell operation={operation} column="value" />
      {row.effect === "same" ? null : <Cell operation={operation} column="before" />}
      <Cell operation={operation} column="args" />
      <Cell operation={operation} column="error" />
    </dl>
  );
}

type CellName = keyof typeof MEMORY.parts & keyof StoreOpRow;

function Cell({ operation, column }: { operation: Operation; column: CellName }): JSX.Element | null {
  const value = operation.row[column] as Json;
  if (value === null) return null;
  return (
    <Definition name={MEMORY.parts[column]}>
      <Value value={value} address={{ table: "store_ops", key: operation.index, column }} />
    </Definition>
  );
}
