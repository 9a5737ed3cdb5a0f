// The methods of the kernel: `lg_jupyter/widgets/queries.py` is its other side. Who calls others adds them here
// from its own folder (`declare module`), as `steer/protocol.ts` does.

import type { ModuleFiles } from "../modules";
import type { Json, Row } from "../schema";

/** A state, or a part of it; of what is big only the children requested, and `total` says how many there are. */
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
  /** Messages as LangChain and chat models take them: those of `ids`, else all. */
  messages: { params: { ids?: readonly string[] }; result: readonly Json[] };
  /** Keys (of tables without, positions) of the rows that have a text in any cell, by table. */
  search: { params: { text: string }; result: Readonly<Record<string, readonly Json[]>> };
  /** A cell; one of more than `limit` characters of JSON by its size and beginning. */
  value: { params: { table: string; key: Json; column: string; limit?: number }; result: Json };
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
  module: { params: { name: string; have: readonly string[] }; result: { files: ModuleFiles } };
  /** Why the run failed; see `core/failure.ts`. */
  failure: { params: Record<string, never>; result: { traceback: Json } };
  /** The code that asks for the same run. */
  code: { params: { language: Language }; result: { text: string } };
  /** Whether a page shows the run where it can be seen. */
  watch: { params: { page: string; visible: boolean }; result: Json };
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
