// Reads: messages. Whose messages they are, in the order in which they began; a tool's result goes with
// the call that it answers.

import { formatTokensInAndOut, formatUsageLines } from "../../core/format";
import { roleWord } from "../../core/messages";
import { nodesOnPath } from "../../core/namespace";
import type { Json, MessageRow } from "../../core/schema";
import { sum } from "../../core/sums";

export interface ToolCall {
  /** As in the kinds `tool_call:<index>` of streamed text. */
  readonly index: string;
  readonly id: string | null;
  readonly name: string | null;
  /** Undefined until the call is complete. */
  readonly args: Json | undefined;
  /** The tool's message, once there is one. */
  readonly result: MessageRow | null;
  /** Why there is none: its tool raised, or another call's did. */
  readonly failed?: { readonly status: "error" | "cancelled"; readonly why: string };
}

export interface MessageCardData {
  readonly row: MessageRow;
  readonly calls: readonly ToolCall[];
}

/** Whether a message was there before the run, or is its input: no node of the run produced it. */
export function isContext({ source }: MessageRow): boolean {
  return source === "input" || source === "history";
}

/** The messages that were on the thread before the run, and those of the run, with what it was given. */
export function splitEarlierMessages(rows: readonly MessageRow[]): {
  readonly earlier: readonly MessageRow[];
  readonly own: readonly MessageRow[];
} {
  const earlier = rows.filter(({ source }) => source === "history");
  return { earlier, own: earlier.length > 0 ? rows.filter(({ source }) => source !== "history") : rows };
}

/** One card for each message but for tool results whose call is known. */
export function buildCards(rows: readonly MessageRow[]): MessageCardData[] {
  const results = new Map<string, MessageRow>();
  for (const row of rows) if (row.tool_call_id !== null) results.set(row.tool_call_id, row);

  const claimed = new Set<string>();
  const cards: MessageCardData[] = [];
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
export function reuseUnchangedCards(
  before: readonly MessageCardData[],
  after: readonly MessageCardData[],
): MessageCardData[] {
  const known = new Map(before.map((card) => [card.row.message_id, card]));
  return after.map((card) => {
    const old = known.get(card.row.message_id);
    return old && old.row === card.row && sameResults(old.calls, card.calls) ? old : card;
  });
}

/** Cards that stand side by side: model calls that went on at the same time. */
export interface CardGroup {
  readonly key: string;
  readonly cards: readonly MessageCardData[];
}

const TOGETHER = 6; // cards, so that of hundreds that go on at the same time only those on screen are drawn

/** Puts neighbours together whose model calls all overlap in time, so many at most; others stand alone. */
export function groupParallel(cards: readonly MessageCardData[]): CardGroup[] {
  const groups: { key: string; cards: MessageCardData[]; until: number }[] = [];
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
    const { id, name, args, index, status, error } = (call ?? {}) as Readonly<
      Record<string, Json | undefined>
    >;
    const ended = status === "error" || status === "cancelled" ? status : null;
    return {
      ...(ended ? { failed: { status: ended, why: String(error) } } : {}),
      index: String(index ?? nth),
      id: typeof id === "string" ? id : null,
      name: typeof name === "string" ? name : null,
      args,
    };
  });
}

/** The calls to show: complete ones, and after them those of which only arguments streamed so far. */
export function withStreamingCalls(
  calls: readonly ToolCall[],
  streamingIndices: readonly string[],
): readonly ToolCall[] {
  const known = new Set(calls.map((call) => call.index));
  // A provider may number the calls' blocks otherwise than the finished list does.
  const fresh = streamingIndices
    .filter((index) => !known.has(index))
    .slice(Math.max(0, calls.length - known.size));
  if (calls.length >= streamingIndices.length) return calls;
  return [
    ...calls,
    ...fresh
      .slice(0, streamingIndices.length - calls.length)
      .map((index) => ({ index, id: null, name: null, args: undefined, result: null })),
  ];
}

/** The messages of cards, with the results of their calls. */
export function messageIdsOf(cards: readonly MessageCardData[]): string[] {
  return cards.flatMap(({ row, calls }) => [
    row.message_id,
    ...calls.flatMap(({ result }) => (result ? [result.message_id] : [])),
  ]);
}

/** Whether who speaks has a name that says something else than the role. */
export function hasOwnName(row: MessageRow): boolean {
  return row.speaker.toLowerCase() !== roleWord(row.role).toLowerCase();
}

/** The cards that are shown: those whose message passes, or a result of one of their calls. */
export function shownCards(
  cards: readonly MessageCardData[],
  passes: (row: MessageRow) => boolean,
): readonly MessageCardData[] {
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
export function usageTextsOf(row: MessageRow): readonly [title: string, text: string] | null {
  const text = formatTokensInAndOut(row);
  return text ? [formatUsageLines(row), text] : null;
}

/** What the messages of a node used, visits of a subgraph together; null is what nobody counted. */
export interface NodeUsage {
  readonly key: string;
  readonly namespace: string;
  readonly node: string | null;
  readonly messages: number;
  readonly input: number | null;
  readonly cached: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
}

/** Whether somebody counted the tokens of a message of the run. */
export function isCounted(row: MessageRow): boolean {
  return !isContext(row) && usageTextsOf(row) !== null;
}

/** By node, the one that used most first. */
export function usageByNode(rows: readonly MessageRow[]): readonly NodeUsage[] {
  const groups = new Map<string, MessageRow[]>();
  for (const row of rows.filter(isCounted)) {
    const key = [...nodesOnPath(row.namespace), row.node ?? ""].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const sums = [...groups].map(([key, group]) => usageIn(key, group));
  return sums.sort((one, other) => totalTokens(other) - totalTokens(one));
}

function usageIn(key: string, rows: readonly MessageRow[]): NodeUsage {
  const [{ namespace, node }] = rows as [MessageRow];
  return {
    key,
    namespace,
    node,
    messages: rows.length,
    input: sum(rows.map((row) => row.input_tokens)),
    cached: sum(rows.map((row) => row.cache_read_tokens)),
    output: sum(rows.map((row) => row.output_tokens)),
    reasoning: sum(rows.map((row) => row.reasoning_tokens)),
  };
}

function totalTokens({ input, output }: NodeUsage): number {
  return (input ?? 0) + (output ?? 0);
}

export interface Speed {
  readonly firstToken: number | null;
  readonly perSecond: number | null;
}

/** How fast a finished message came, in seconds and tokens per second. */
export function speedOf(row: MessageRow): Speed {
  const { first_token_time, end_time, output_tokens, chunk_count } = row;
  const tokens = output_tokens || chunk_count;
  const span = first_token_time !== null && end_time !== null ? end_time - first_token_time : 0;
  return {
    firstToken: row.time_to_first_token,
    perSecond: tokens !== null && tokens > 1 && span > 0.05 ? tokens / span : null,
  };
}
