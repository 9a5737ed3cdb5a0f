// Reads: messages. Who said what, in the order in which they began to speak; a tool's result goes with
// the call that asked for it.

import { inAndOut, usageLines } from "../../core/format";
import { roleWord } from "../../core/messages";
import type { Json, MessageRow } from "../../core/schema";

export interface ToolCall {
  /** As in the kinds `tool_call:<index>` of streamed text. */
  readonly index: string;
  readonly id: string | null;
  readonly name: string | null;
  /** Undefined until the call is complete. */
  readonly args: Json | undefined;
  /** The tool's message, once there is one. */
  readonly result: MessageRow | null;
}

export interface Card {
  readonly row: MessageRow;
  readonly calls: readonly ToolCall[];
}

/** Whether a message was there before the run, or is what it was given: no node of the run said it. */
export function isContext({ source }: MessageRow): boolean {
  return source === "input" || source === "history";
}

/** The messages that were on the thread before the run, and those of the run, with what it was given. */
export function partEarlier(rows: readonly MessageRow[]): {
  readonly earlier: readonly MessageRow[];
  readonly own: readonly MessageRow[];
} {
  const earlier = rows.filter(({ source }) => source === "history");
  return { earlier, own: earlier.length > 0 ? rows.filter(({ source }) => source !== "history") : rows };
}

/** One card for each message but for tool results whose call is known. */
export function buildCards(rows: readonly MessageRow[]): Card[] {
  const results = new Map<string, MessageRow>();
  for (const row of rows) if (row.tool_call_id !== null) results.set(row.tool_call_id, row);

  const claimed = new Set<string>();
  const cards: Card[] = [];
  for (const row of rows) {
    const calls = callsOf(row).map((call) => {
      const result = call.id !== null && !claimed.has(call.id) ? (results.get(call.id) ?? null) : null;
      if (result && call.id !== null) claimed.add(call.id);
      return { ...call, result };
    });
    cards.push({ row, calls });
  }
  return cards.filter(({ row }) => row.tool_call_id === null || !claimed.has(row.tool_call_id));
}

/** Takes over cards that did not change, so that a view knows what not to draw again. */
export function keepSame(before: readonly Card[], after: readonly Card[]): Card[] {
  const known = new Map(before.map((card) => [card.row.message_id, card]));
  return after.map((card) => {
    const old = known.get(card.row.message_id);
    return old && old.row === card.row && sameResults(old.calls, card.calls) ? old : card;
  });
}

/** Cards that stand side by side: model calls that went on at the same time. */
export interface Group {
  readonly key: string;
  readonly cards: readonly Card[];
}

const TOGETHER = 6; // cards, so that of hundreds that go on at the same time only those on screen are drawn

/** Puts neighbours together whose model calls all overlap in time, so many at most; others stand alone. */
export function groupParallel(cards: readonly Card[]): Group[] {
  const groups: { key: string; cards: Card[]; until: number }[] = [];
  for (const card of cards) {
    const last = groups.at(-1);
    const { role, first_token_time, start_time, end_time, message_id } = card.row;
    const from = first_token_time ?? start_time ?? Number.POSITIVE_INFINITY;
    const speaks = role === "ai" && !isContext(card.row);
    const until = speaks ? (end_time ?? Number.POSITIVE_INFINITY) : Number.NEGATIVE_INFINITY;
    if (last && speaks && from < last.until && last.cards.length < TOGETHER) {
      last.cards.push(card);
      last.until = Math.min(last.until, until);
    } else {
      groups.push({ key: message_id, cards: [card], until });
    }
  }
  return groups;
}

function sameResults(before: readonly ToolCall[], after: readonly ToolCall[]): boolean {
  return before.length === after.length && before.every((call, nth) => call.result === after[nth]?.result);
}

function callsOf({ tool_calls }: MessageRow): Omit<ToolCall, "result">[] {
  if (!Array.isArray(tool_calls)) return [];
  return tool_calls.map((call: Json, nth) => {
    const { id, name, args, index } = (call ?? {}) as Readonly<Record<string, Json | undefined>>;
    return {
      index: String(index ?? nth),
      id: typeof id === "string" ? id : null,
      name: typeof name === "string" ? name : null,
      args,
    };
  });
}

/** The calls to show: complete ones, and after them those of which only arguments streamed so far. */
export function withStreaming(calls: readonly ToolCall[], streaming: readonly string[]): readonly ToolCall[] {
  const known = new Set(calls.map((call) => call.index));
  // A provider may number the calls' blocks otherwise than the finished list does.
  const fresh = streaming.filter((index) => !known.has(index)).slice(Math.max(0, calls.length - known.size));
  if (calls.length >= streaming.length) return calls;
  return [
    ...calls,
    ...fresh
      .slice(0, streaming.length - calls.length)
      .map((index) => ({ index, id: null, name: null, args: undefined, result: null })),
  ];
}

/** Whether who speaks has a name that says something else than the role. */
export function isNamed(row: MessageRow): boolean {
  return row.speaker.toLowerCase() !== roleWord(row.role).toLowerCase();
}

/** The cards that are shown: those whose message passes, or a result of one of their calls. */
export function cardsShown(cards: readonly Card[], passes: (row: MessageRow) => boolean): readonly Card[] {
  return cards.filter(
    ({ row, calls }) => passes(row) || calls.some(({ result }) => result && passes(result)),
  );
}

/** How a message ended that did not as it should: its badge's status, and what stands beside it. */
export interface Ending {
  readonly status: string;
  readonly word: string | null;
}

/** Null where a message ended well, or has not ended. */
export function endingOf({ status, finish_reason, blocks }: MessageRow): Ending | null {
  const refused = Array.isArray(blocks) && blocks.some((block: Json) => isRefusal(block));
  if (refused || finish_reason === "refusal") return { status: "refused", word: null };
  if (status === "success") return null;
  return { status, word: status === "incomplete" ? finish_reason : null };
}

function isRefusal(block: Json): boolean {
  return (block as Readonly<Record<string, Json>> | null)?.type === "refusal";
}

/** Tokens in and out, and on hover each count that is known; null where nobody counted. */
export function usageOf(row: MessageRow): readonly [title: string, text: string] | null {
  const text = inAndOut(row);
  return text ? [usageLines(row), text] : null;
}

export interface Speed {
  readonly firstToken: number | null;
  readonly perSecond: number | null;
}

/** How fast a finished message came, in seconds and tokens per second. */
export function speed(row: MessageRow): Speed {
  const { first_token_time, end_time, output_tokens, chunk_count } = row;
  const tokens = output_tokens || chunk_count;
  const span = first_token_time !== null && end_time !== null ? end_time - first_token_time : 0;
  return {
    firstToken: row.time_to_first_token,
    perSecond: tokens !== null && tokens > 1 && span > 0.05 ? tokens / span : null,
  };
}
