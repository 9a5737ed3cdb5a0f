// Which rows of two runs belong together: by where they are, and the how-manieth there. Pure;
// `lg_jupyter/comparison/align.py` is the same for the kernel.

import { nodesOnPath } from "../../core/namespace";
import type { Row } from "../../core/schema";
import type { PathRow } from "../../widgets/compare/data";
import { opcodesOf } from "./sequenceMatcher";

/** A row, and where it is: its namespace without ids, its node, what else tells it apart, and the how-manieth. */
interface PlacedRow<R> {
  readonly row: R;
  readonly position: readonly (string | null)[];
  readonly occurrence: number;
}

export interface AlignedRows<R> extends Omit<PlacedRow<R>, "row"> {
  readonly a: R | null;
  readonly b: R | null;
}

export function withoutTaskIds(namespace: string | null): string {
  return nodesOnPath(namespace ?? "").join("|");
}

/** Each place at which one of two runs has a row, in the order of the first; what the second alone has follows. */
export function alignRows<R extends Row>(
  a: readonly R[],
  b: readonly R[],
  further: readonly (keyof R & string)[] = [],
): readonly AlignedRows<R>[] {
  const [first, second] = [placesOf(a, further), placesOf(b, further)];
  const [keysOfA, keysOfB] = [[...first.keys()], [...second.keys()]];
  const keys = opcodesOf(keysOfA, keysOfB).flatMap((code) => [
    ...keysOfA.slice(...code.a),
    ...keysOfB.slice(...code.b),
  ]);
  return [...new Set(keys)].map((key) => {
    const [one, other] = [first.get(key), second.get(key)];
    const { position, occurrence } = (one ?? other) as PlacedRow<R>;
    return { position, occurrence, a: one?.row ?? null, b: other?.row ?? null };
  });
}

function placesOf<R extends Row>(
  rows: readonly R[],
  further: readonly (keyof R & string)[],
): ReadonlyMap<string, PlacedRow<R>> {
  const counts = new Map<string, number>();
  const found = new Map<string, PlacedRow<R>>();
  for (const row of rows) {
    const own = further.map((name) => row[name] as string | null);
    const position = [withoutTaskIds(row.namespace as string), row.node as string | null, ...own];
    const key = JSON.stringify(position);
    const occurrence = counts.get(key) ?? 0;
    counts.set(key, occurrence + 1);
    found.set(JSON.stringify([position, occurrence]), { row, position, occurrence });
  }
  return found;
}

/** The executions of nodes of both runs in their order. */
export function alignPaths(a: readonly Row[], b: readonly Row[]): readonly PathRow[] {
  const keyOf = ({ namespace, node }: Row) =>
    JSON.stringify([withoutTaskIds(namespace as string), node as string | null]);
  const codes = opcodesOf(a.map(keyOf), b.map(keyOf));
  return codes.flatMap(({ equal, a: [fromA, toA], b: [fromB, toB] }) => {
    if (equal) return range(fromA, toA).map((i) => pathRow("both", { a, i, b, j: fromB + i - fromA }));
    return [
      ...range(fromA, toA).map((i) => pathRow("a", { a, i, b, j: null })),
      ...range(fromB, toB).map((j) => pathRow("b", { a, i: null, b, j })),
    ];
  });
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, nth) => from + nth);
}

function pathRow(
  of: PathRow["in"],
  { a, i, b, j }: { a: readonly Row[]; i: number | null; b: readonly Row[]; j: number | null },
): PathRow {
  const [one, other] = [i === null ? undefined : a[i], j === null ? undefined : b[j]];
  const { namespace, node } = (one ?? other) as Row;
  return {
    in: of,
    namespace: withoutTaskIds(namespace as string),
    node: node as string | null,
    position_a: i,
    position_b: j,
    step_a: (one?.step ?? null) as number | null,
    step_b: (other?.step ?? null) as number | null,
  };
}
