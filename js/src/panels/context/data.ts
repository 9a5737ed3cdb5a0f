// Reads: model_calls. How full the context window of each call was, and with what. Pure.

import { modelNameOf } from "../../core/calls";
import type { ModelCallRow, Row } from "../../core/schema";

/** From here on a reader is warned, as in the kernel's record. */
const NEARLY_FULL = 0.8;

export const PARTS = ["system", "tools", "history", "tool_results"] as const;

export type PartName = (typeof PARTS)[number];

export interface Part {
  readonly name: PartName;
  /** Of all characters, from 0 to 1. */
  readonly share: number;
  readonly characters: number;
}

/** A call as it stands in the chart. */
export interface ContextUse {
  readonly row: ModelCallRow;
  readonly name: string;
  /** What the provider counted; null while and where nobody did. */
  readonly tokens: number | null;
  readonly limit: number | null;
  /** Of the limit; null where one of both is not known. */
  readonly full: number | null;
  readonly warning: "nearlyFull" | "full" | null;
  /** How much of the bar's room is taken: of the limit, or of the largest call where no limit is known. */
  readonly taken: number;
  /** Those that it has; empty where nobody reports them. */
  readonly parts: readonly Part[];
  readonly knowsTools: boolean;
  /** Images and files, which have no characters. */
  readonly media: number;
}

/** The calls that are shown, in the order in which they began. */
export function contextUsesOf(
  rows: readonly ModelCallRow[],
  shows: (row: Row) => boolean,
): readonly ContextUse[] {
  const shown = rows.filter(shows);
  const largest = Math.max(
    1,
    ...shown.filter((row) => row.context_window === null).map((row) => row.input_tokens ?? 0),
  );
  return [...shown]
    .sort((one, other) => startTimeOf(one) - startTimeOf(other) || 0) // Infinity - Infinity is no number
    .map((row) => contextUseOf(row, largest));
}

function contextUseOf(row: ModelCallRow, largest: number): ContextUse {
  const [tokens, limit] = [row.input_tokens, row.context_window];
  const full = tokens === null || limit === null ? null : tokens / limit;
  const parts = partsOf(row);
  return {
    row,
    name: modelNameOf(row),
    tokens,
    limit,
    full,
    warning: full === null || full < NEARLY_FULL ? null : full < 1 ? "nearlyFull" : "full",
    taken: Math.min(1, full ?? (tokens ?? 0) / largest),
    parts: parts ? partShares(parts) : [],
    knowsTools: parts?.tools !== null,
    media: parts?.media ?? 0,
  };
}

type Lengths = { readonly [name in PartName | "media"]: number | null };

function partsOf({ input_parts }: ModelCallRow): Lengths | null {
  const isThere = typeof input_parts === "object" && input_parts !== null && "history" in input_parts;
  return isThere ? (input_parts as unknown as Lengths) : null;
}

function partShares(lengths: Lengths): Part[] {
  const whole = PARTS.reduce((sum, name) => sum + (lengths[name] ?? 0), 0);
  return PARTS.flatMap((name) => {
    const characters = lengths[name] ?? 0;
    return characters > 0 ? [{ name, characters, share: characters / whole }] : [];
  });
}

function startTimeOf({ start_time, end_time }: ModelCallRow): number {
  return start_time ?? end_time ?? Number.POSITIVE_INFINITY;
}
