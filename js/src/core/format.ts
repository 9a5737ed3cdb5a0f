// How values are written for a reader. Pure.

import { isBigCell, type Json } from "./schema";

const NBSP = "\u00a0";

/** 0.4 → "400 ms", 12.34 → "12.3 s", 75 → "1:15", 3700 → "1:01:40". */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return "–";
  const value = Math.max(0, seconds);
  if (value < 0.001) return `<1${NBSP}ms`;
  if (value < 0.9995) return `${Math.round(value * 1000)}${NBSP}ms`;
  if (value < 9.995) return `${value.toFixed(2)}${NBSP}s`;
  if (value < 59.95) return `${value.toFixed(1)}${NBSP}s`;
  return formatAsClock(value);
}

/** A running clock that never changes its width within a minute: "4.2 s", "1:15". */
export function formatRunningDuration(seconds: number): string {
  return seconds < 60 ? `${Math.max(0, seconds).toFixed(1)}${NBSP}s` : formatAsClock(seconds);
}

function formatAsClock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** Seconds after the start of the run: "+1.24 s". */
export function formatTimeSinceStart(time: number | null | undefined, start: number | null): string {
  if (time == null || start == null) return "–";
  const seconds = time - start;
  return seconds < 0.0005 ? `+0${NBSP}ms` : `+${formatDuration(seconds)}`;
}

const INTEGER_FORMAT = new Intl.NumberFormat("en-US");

export function formatInteger(n: number | null | undefined): string {
  return n == null ? "–" : INTEGER_FORMAT.format(n);
}

/** `n` of something, with its plural: "1 step", "2 steps". */
export function formatCountWithNoun(n: number, singular: string, plural = `${singular}s`): string {
  return `${formatInteger(n)}${NBSP}${n === 1 ? singular : plural}`;
}

/** The names, each once, with how often it is there: "tools ×3, plan"; `format_name_counts` says the same in Python. */
export function formatNamesWithCounts(names: readonly string[]): string {
  const often = new Map<string, number>();
  for (const name of names) often.set(name, (often.get(name) ?? 0) + 1);
  return [...often].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(", ");
}

export function formatByteSize(n: number): string {
  if (n < 1000) return `${n}${NBSP}B`;
  if (n < 999_500) return `${(n / 1000).toFixed(n < 9950 ? 1 : 0)}${NBSP}kB`;
  return `${(n / 1_000_000).toFixed(n < 9_950_000 ? 1 : 0)}${NBSP}MB`;
}

/** The size of a big value; of a list or an object at least that, for nobody counted it to its end. */
export function bigSize(size: number, preview: string): string {
  return `${formatByteSize(size)}${/^[[{]/.test(preview) ? "+" : ""}`;
}

/** What a message, a run or an input of a batch used; null is what nobody counted. */
export interface TokenCounts {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens?: number | null;
  readonly cache_write_tokens?: number | null;
  readonly reasoning_tokens?: number | null;
}

/** Tokens in and out: "50.0k in (48k cached) · 82 out". A call has some of both: what is 0, nobody counted. */
export function formatTokensInAndOut(used: TokenCounts): string {
  const { input_tokens, output_tokens, cache_read_tokens: cached } = used;
  const read = cached ? `${NBSP}(${formatCompactNumber(cached).replace(".0", "")}${NBSP}cached)` : "";
  const given = input_tokens ? `${formatCompactNumber(input_tokens)}${NBSP}in${read}` : null;
  const out = output_tokens ? `${formatCompactNumber(output_tokens)}${NBSP}out` : null;
  return [given, out].filter(Boolean).join(" · ");
}

/** Each count that is known, on a line of its own. */
export function formatUsageLines(used: TokenCounts): string {
  const known: [string, number | null | undefined][] = [
    ["tokens in", used.input_tokens || null],
    ["of these read from the provider's cache", used.cache_read_tokens],
    ["of these written to it", used.cache_write_tokens],
    ["tokens out", used.output_tokens || null],
    ["of these reasoning", used.reasoning_tokens],
  ];
  return known
    .flatMap(([what, count]) => (count == null ? [] : [`${formatInteger(count)} ${what}`]))
    .join("\n");
}

/** What calls cost: "$0.0031", "$0.0031 + ?" where nobody knows that of some; null where of none. */
export function formatCost(
  cost: number | null | undefined,
  unpriced: number | null | undefined,
): string | null {
  return cost == null ? null : `${formatDollars(cost)}${unpriced ? ` +${NBSP}?` : ""}`;
}

/** US dollars: "$0.0031", "$12.40", "<$0.0001"; `format_dollars` says the same in Python. */
export function formatDollars(amount: number | null | undefined): string {
  if (amount == null) return "–";
  if (amount > 0 && amount < 0.00005) return "<$0.0001";
  return amount >= 1 ? `$${CENTS_FORMAT.format(amount)}` : `$${amount.toFixed(4)}`;
}

const CENTS_FORMAT = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A count in three digits or more: "9,999", "50.0k", "1.2M". */
export function formatCompactNumber(n: number): string {
  if (n < 10_000) return formatInteger(n);
  const [unit, name] = n < 999_500 ? [1000, "k"] : n < 999_500_000 ? [1_000_000, "M"] : [1_000_000_000, "G"];
  return `${(n / unit).toFixed(n < 99.95 * unit ? 1 : 0)}${name}`;
}

/** The time of day at which this page's clock showed `milliseconds`. */
export function formatTimeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString(undefined, { hour12: false });
}

/** When a run began, by the reader's clock: the time of day, and the day unless it is today's. */
export function formatDateAndTime(seconds: number, now: Date): string {
  const when = new Date(seconds * 1000);
  const time = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  if (when.toDateString() === now.toDateString()) return time;
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time.slice(0, 5)}`;
}

const two = (part: number) => `${part}`.padStart(2, "0");

/** A value on one line of at most `limit` characters: what stands in a cell. */
export function previewValue(value: Json | undefined, limit = 200): string {
  if (value === null || value === undefined) return "–";
  if (isBigCell(value)) return clipText(value.preview, limit);
  if (typeof value === "string") return clipText(withoutLineBreaks(value.slice(0, limit * 2)), limit);
  if (typeof value !== "object") return String(value);
  return clipText(formatJsonOnOneLine(value, limit), limit);
}

/** The beginning of a value too big to be pushed, on as many lines as it has: of a text its words, of all else JSON. */
export function previewCutJson(json: string, limit = 400): string {
  if (!json.startsWith('"')) return clipText(json, limit);
  try {
    return clipText(
      `${JSON.parse(`${json.replace(/…$|\\+$|\\u[\da-fA-F]{0,3}…?$/, "").replace(/"$/, "")}"`)}…`,
      limit,
    );
  } catch {
    return clipText(json, limit);
  }
}

/** The size of a list or an object in words. */
export function formatItemOrKeyCount(value: Json): string {
  if (Array.isArray(value)) return formatCountWithNoun(value.length, "item");
  if (typeof value === "object" && value !== null)
    return formatCountWithNoun(Object.keys(value).length, "key");
  return "";
}

/** JSON on one line, but no further than `limit` characters: the rest of a big value is not visited. */
function formatJsonOnOneLine(value: Json, limit: number): string {
  let left = limit + 1;
  const write = (item: Json): string => {
    if (left <= 0) return "…";
    if (typeof item === "string") return spend(JSON.stringify(item.slice(0, left + 1)));
    if (item === null || typeof item !== "object") return spend(String(item));
    if (Array.isArray(item)) return list(item, "[", "]", (entry) => write(entry as Json));
    const entries = Object.entries(item);
    return list(entries, "{", "}", ([key, entry]) => `${spend(`${key}: `)}${write(entry)}`);
  };
  const spend = (text: string): string => {
    left -= text.length;
    return text;
  };
  const list = <T>(items: readonly T[], open: string, close: string, each: (item: T) => string): string => {
    const parts: string[] = [];
    for (const item of items) {
      if (left <= 0) {
        parts.push("…");
        break;
      }
      parts.push(each(item));
      left -= 2;
    }
    return `${open}${parts.join(", ")}${close}`;
  };
  return write(value);
}

function withoutLineBreaks(text: string): string {
  return text.replace(/\s*\n\s*/g, " ⏎ ");
}

export function clipText(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** What "copy" puts on the clipboard. */
export function formatIndentedJson(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
}
