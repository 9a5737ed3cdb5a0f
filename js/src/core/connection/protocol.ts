// What the widget and this page send each other: `lg_jupyter/widgets/protocol.py` is its other side.
//
// Kernel → here:  delta (what changed, numbered 1, 2, 3 …), snapshot (everything), reply (to a call).
// Here → kernel:  {"type": "snapshot"} when something was missed, {"type": "call", id, method, params}.
// Two small traits are synced, `_summary` and `_protocol`; everything else flows in messages.

import { isObject, type Json, type Row, type Summary } from "../schema";

export const PROTOCOL = 1;

/** One piece of a message's text: message id, kind, offset in code points, text. */
export type TextPiece = readonly [messageId: string, kind: string, offset: number, text: string];

interface Update {
  readonly n: number;
  readonly summary: Partial<Summary> | null;
  readonly counts: Readonly<Record<string, number>> | null;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly text: readonly TextPiece[];
  readonly elapsed: number | null;
}

export interface Delta extends Update {
  readonly type: "delta";
  /** The number of the message that it follows, where that is not the one before: it stands for several. */
  readonly since?: number | undefined;
}

export interface Snapshot extends Update {
  readonly type: "snapshot";
  /** Which of the messages it is that make up the snapshot, from 0 on, where there are several. */
  readonly part?: number | undefined;
  /** How many they are. */
  readonly parts?: number | undefined;
}

export type Reply =
  | { readonly type: "reply"; readonly id: string; readonly result: Json }
  | { readonly type: "reply"; readonly id: string; readonly error: string };

export type FromKernel = Delta | Snapshot | Reply;

/** A message that is none of those agreed upon. */
export class DecodeError extends Error {}

function requireValid<T>(ok: boolean, value: unknown, what: string): T {
  if (!ok) throw new DecodeError(`${what} expected, got ${JSON.stringify(value)?.slice(0, 80) ?? "nothing"}`);
  return value as T;
}

function decodeRows(value: unknown): Record<string, readonly Row[]> {
  const tables = requireValid<Record<string, unknown>>(isObject(value), value, "rows by table");
  for (const rows of Object.values(tables)) {
    requireValid(Array.isArray(rows) && rows.every(isObject), rows, "a list of rows");
  }
  return tables as Record<string, readonly Row[]>;
}

function isTextPiece(value: unknown): value is TextPiece {
  return (
    Array.isArray(value) &&
    typeof value[0] === "string" &&
    typeof value[1] === "string" &&
    Number.isInteger(value[2]) &&
    typeof value[3] === "string"
  );
}

function decodeUpdate(raw: Record<string, unknown>): Update {
  return {
    n: requireValid(Number.isInteger(raw.n), raw.n, "a message number"),
    summary: requireValid(raw.summary == null || isObject(raw.summary), raw.summary, "a summary") ?? null,
    counts: requireValid(raw.counts == null || isObject(raw.counts), raw.counts, "counts") ?? null,
    rows: decodeRows(raw.rows ?? {}),
    text:
      requireValid(
        raw.text == null || (Array.isArray(raw.text) && raw.text.every(isTextPiece)),
        raw.text,
        "pieces of text",
      ) ?? [],
    elapsed:
      requireValid(raw.elapsed == null || typeof raw.elapsed === "number", raw.elapsed, "seconds") ?? null,
  };
}

/** Reads a message from the kernel. Throws {@link DecodeError} if it is none of those agreed upon. */
export function decodeMessage(raw: unknown): FromKernel {
  const message = requireValid<Record<string, unknown>>(isObject(raw), raw, "a message");
  switch (message.type) {
    case "delta":
      return { type: "delta", ...decodeUpdate(message), since: message.since as number | undefined };
    case "snapshot":
      return {
        type: "snapshot",
        ...decodeUpdate(message),
        part: message.part as number | undefined,
        parts: message.parts as number | undefined,
      };
    case "reply": {
      const id = requireValid<string>(typeof message.id === "string", message.id, "the id of a call");
      return typeof message.error === "string"
        ? { type: "reply", id, error: message.error }
        : { type: "reply", id, result: (message.result ?? null) as Json };
    }
    default:
      throw new DecodeError(`a message of an unknown type: ${JSON.stringify(message.type)}`);
  }
}
