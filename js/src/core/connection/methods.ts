// What can be asked of the kernel: `lg_jupyter/widgets/queries.py` is its other side. Who asks for more adds it here
// from its own folder (`declare module`), as `steer/protocol.ts` does.

import type { Files } from "../modules";
import type { Json, Row } from "../schema";

/** A state, or a part of it; of what is big only the children asked for, and `total` says how many there are. */
export interface StatePart {
  readonly namespace: string;
  readonly step: number | null;
  readonly seq: number;
  readonly timestamp: number;
  readonly source: string;
  readonly path: string;
  readonly value: Json;
  readonly total: number | null;
}

/** The languages in which a run can be written. */
export type Language = "python" | "javascript" | "curl";

/** What a call can ask, and what it gives back. */
export interface Methods {
  events: {
    params: {
      offset: number;
      limit: number;
      modes?: readonly string[];
      namespaces?: readonly string[];
      nodes?: readonly string[];
      steps?: readonly [number | null, number | null];
      tasks?: readonly string[];
      messages?: readonly string[];
      tags?: readonly string[];
      text?: string;
    };
    result: { total: number; rows: readonly Row[] };
  };
  event: { params: { seq: number }; result: Row };
  /** Keys (of tables without, positions) of the rows that have a text in any cell, by table. */
  search: { params: { text: string }; result: Readonly<Record<string, readonly Json[]>> };
  value: { params: { table: string; key: Json; column: string }; result: Json };
  state: {
    params: {
      namespace?: string;
      step?: number;
      seq?: number;
      path?: string;
      offset?: number;
      limit?: number;
    };
    result: StatePart;
  };
  /** The graph's drawing; see `panels/graph/data.ts`. */
  graph: { params: Record<string, never>; result: Json };
  /** A module of the front end; see `core/modules.ts`. */
  module: { params: { name: string; have: readonly string[] }; result: { files: Files } };
  /** The code that asks for the same run. */
  code: { params: { language: Language }; result: { text: string } };
  cancel: { params: Record<string, never>; result: { message: string } };
  /** Any answer will do, also that there is no such method. */
  ping: { params: Record<string, never>; result: Json };
}

/** Asks the kernel. Rejects with a {@link CallError}. */
export type Call = <M extends keyof Methods>(
  method: M,
  params: Methods[M]["params"],
  timeout?: number,
  callbacks?: unknown,
) => Promise<Methods[M]["result"]>;
