// What stands in a message beside its text, as what it is: media, refusals, calls that the provider ran, sources.
// `lg_jupyter/tables/content_blocks.py` does the same for the record. Nothing is loaded from the network: only what carries its
// own data is shown, of the rest its address. Pure.

import { formatByteSize } from "./format";
import { isObject, type Json } from "./schema";

type Fields = Readonly<Record<string, Json | undefined>>;

/** A file's data, and what to make of them. */
export interface FileData {
  readonly base64: string;
  readonly mime: string | null;
  readonly name: string | null;
}

export type Block =
  | {
      readonly kind: "image" | "audio" | "video";
      readonly src: string;
      readonly label: string;
      /** Its transcript. */
      readonly text: string | null;
    }
  /** Something whose data is not shown: a file to open, an address, or words alone. */
  | {
      readonly kind: "file";
      readonly label: string;
      readonly address: string | null;
      readonly data: FileData | null;
      readonly text: string | null;
    }
  | { readonly kind: "refusal"; readonly text: string }
  /** A call that the provider ran itself. */
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: Json;
      readonly results: readonly Json[];
      readonly failed: boolean;
    }
  | { readonly kind: "other"; readonly label: string; readonly value: Json };

type Call = Extract<Block, { kind: "call" }>;

/** A place that an answer cites. */
export interface Citation {
  readonly title: string;
  readonly url: string | null;
  readonly quote: string | null;
}

/** Types that a browser shows or plays, by what they are. An SVG in an `img` runs no script and loads nothing. */
const DISPLAYABLE_TYPE =
  /^(image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)|audio\/(?:wav|x-wav|mpeg|mp3|ogg|opus|flac|aac|mp4|m4a|webm)|video\/(?:mp4|webm|ogg|quicktime))$/i;

const DATA_URL = /^data:([\w.+/-]+)(?:;[\w=.-]+)*;base64,([A-Za-z0-9+/=_\s-]*)$/;

/** What to take media for that say nothing of their type; raw sound has no such. */
const DEFAULT_TYPES: Readonly<Record<string, string>> = { image: "image/png", video: "video/mp4" };

const KINDS = ["image", "audio", "video"] as const;

/** Types of files by their first bytes, in base64. */
const TYPE_BY_MAGIC_NUMBER: readonly (readonly [RegExp, string])[] = [
  [/^iVBOR/, "image/png"],
  [/^\/9j\//, "image/jpeg"],
  [/^R0lGOD/, "image/gif"],
  [/^UklGR.{7}QVZF/, "audio/wav"],
  [/^UklGR.{7}RUJQ/, "image/webp"],
  [/^SUQz/, "audio/mpeg"],
  [/^T2dnU/, "audio/ogg"],
  [/^ZkxhQ/, "audio/flac"],
  [/^JVBERi/, "application/pdf"],
];

/** The content blocks of a message as what they are; a result stands with its call. */
export function describeBlocks(blocks: Json): Block[] {
  const read: Block[] = [];
  const calls = new Map<string, Call & { results: Json[]; failed: boolean }>();
  const add = (call: Call & { results: Json[]; failed: boolean }, id: string | null) => {
    read.push(call);
    if (id !== null) calls.set(id, call);
    return call;
  };
  for (const block of Array.isArray(blocks) ? (blocks as readonly Json[]) : [blocks]) {
    const outer = asObject(block);
    if (outer === null) {
      read.push({ kind: "other", label: "content", value: block });
      continue;
    }
    const fields = (outer.type === "non_standard" ? asObject(outer.value) : null) ?? outer;
    const type = asText(fields.type) ?? "content";
    const called = serverCallOf(type, fields);
    if (isResult(type)) {
      const callId = firstText(fields.tool_call_id, fields.tool_use_id);
      const known = callId === null ? undefined : calls.get(callId);
      const call = known ?? add(makeCall(toolNameOfResult(type, fields)), null);
      call.results.push(fields.output ?? fields.content ?? fields.code_execution_result ?? null);
      call.failed ||= fields.status === "error" || fields.is_error === true;
    } else if (called) {
      add(called, asText(fields.id));
    } else {
      read.push(describeBlock(type, fields));
    }
  }
  return read;
}

function describeBlock(type: string, fields: Fields): Block {
  if (type === "refusal") return { kind: "refusal", text: firstText(fields.refusal, fields.text) ?? "" };
  return mediaBlockOf(type, fields) ?? { kind: "other", label: type, value: fields as Json };
}

/** The places that a message cites, each once, in the order in which they are cited. */
export function citationsOf(citations: Json): Citation[] {
  const sources = new Map<string, Citation>();
  for (const citation of Array.isArray(citations) ? (citations as readonly Json[]) : []) {
    const outer = asObject(citation);
    const fields = asObject(outer?.value) ?? outer;
    if (fields === null) continue;
    const url = firstText(fields.url, fields.uri);
    const title = firstText(fields.title, fields.document_title, fields.filename, fields.file_id);
    const quote = firstText(fields.cited_text, fields.quote);
    if (title === null && url === null && quote === null) continue;
    const key = JSON.stringify([title, url, url === null ? quote : null]);
    if (!sources.has(key)) sources.set(key, { title: title ?? url ?? "source", url, quote });
  }
  return [...sources.values()];
}

// Calls that a provider runs

const RESULTS = ["output", "outputs", "results", "error"] as const;
const BESIDE_ARGUMENTS: readonly string[] = ["type", "id", "status", "index", "name", ...RESULTS];

function makeCall(name: string, args: Json = null): Call & { results: Json[]; failed: boolean } {
  return { kind: "call", name, args, results: [], failed: false };
}

function serverCallOf(type: string, fields: Fields): ReturnType<typeof makeCall> | null {
  if (type === "server_tool_call" || type === "server_tool_call_chunk" || type.endsWith("_tool_use"))
    return makeCall(asText(fields.name) ?? "tool", fields.args ?? fields.input ?? null);
  if (type === "executable_code") return makeCall("code", fields.executable_code ?? fields.code ?? null);
  if (!type.endsWith("_call") || "result" in fields) return null;
  const args = Object.entries(fields).filter(([name]) => !BESIDE_ARGUMENTS.includes(name));
  const call = makeCall(
    asText(fields.name) ?? type.slice(0, -"_call".length),
    Object.fromEntries(args) as Json,
  );
  for (const name of RESULTS) if (fields[name]) call.results.push(fields[name] as Json);
  call.failed = Boolean(fields.error);
  return call;
}

function isResult(type: string): boolean {
  return type === "tool_result" || type.endsWith("_tool_result") || type.endsWith("_execution_result");
}

function toolNameOfResult(type: string, fields: Fields): string {
  const known = type.replace(/_result$/, "").replace(/_tool$/, "");
  return asText(fields.name) ?? (known === "server" ? "tool" : known);
}

// Media

/** What has data, an address or a text to show. */
function mediaBlockOf(type: string, fields: Fields): Block | null {
  const source = mediaSourceOf(fields);
  const words = source.words ?? (type === "text-plain" ? asText(fields.text) : null);
  if (source.data === null && source.address === null && words === null) return null;
  const guessed = source.mime ?? (source.data === null ? null : detectMimeType(source.data));
  const kind = mediaKindOf(type, guessed);
  const mime = guessed ?? (source.data === null ? null : (DEFAULT_TYPES[kind] ?? null));
  const size =
    source.data === null
      ? null
      : formatByteSize(Math.round((source.data.replaceAll("=", "").length * 3) / 4));
  const label = [source.name, mime ?? kind, size].filter(Boolean).join(" · ");
  if (source.data !== null && mime !== null && kind !== "file" && DISPLAYABLE_TYPE.test(mime))
    return { kind, src: `data:${mime};base64,${source.data}`, label, text: words };
  const data = source.data === null ? null : { base64: source.data, mime, name: source.name };
  return { kind: "file", label, address: source.address, data, text: words };
}

function mediaKindOf(type: string, mime: string | null): "image" | "audio" | "video" | "file" {
  const major = mime === null ? null : mime.split("/")[0];
  return KINDS.find((kind) => (major === null ? type.includes(kind) : major === kind)) ?? "file";
}

interface MediaSource {
  readonly data: string | null;
  readonly mime: string | null;
  readonly address: string | null;
  readonly name: string | null;
  readonly words: string | null;
}

const ENVELOPES = ["source", "image_url", "input_audio", "audio", "file", "video_url", "image", "extras"];

/** Providers put the data of a block, its type and its address in different places. */
function mediaSourceOf(fields: Fields): MediaSource {
  const inside = ENVELOPES.map((name) => asObject(fields[name])).filter((each) => each !== null);
  const around: readonly Fields[] = [fields, ...inside];
  const find = (...names: string[]) =>
    firstText(...around.flatMap((each) => names.map((name) => each[name])));
  const format = find("format");
  const mime = find("mime_type", "media_type") ?? (format === null ? null : `audio/${format}`);
  const name = find("name", "filename", "title");
  const words = find("transcript");
  const address = find("url", "image_url", "file_id", "file_uri");
  const data = find("base64", "data", "file_data", "result", "partial_image_b64");
  for (const candidate of [address, data]) {
    const match = candidate === null ? null : DATA_URL.exec(candidate);
    if (match)
      return { data: toStandardBase64(match[2] ?? ""), mime: match[1] ?? null, address: null, name, words };
  }
  const kept = data !== null && isBase64(data) ? toStandardBase64(data) : null;
  return { data: kept, mime, address, name, words };
}

function detectMimeType(data: string): string | null {
  return TYPE_BY_MAGIC_NUMBER.find(([beginning]) => beginning.test(data.slice(0, 20)))?.[1] ?? null;
}

/** Data is standard base64 or its form for addresses; a browser reads only the former. */
function toStandardBase64(data: string): string {
  return data.replaceAll("-", "+").replaceAll("_", "/").replace(/\s/g, "");
}

function isBase64(data: string): boolean {
  return /^[A-Za-z0-9+/=_\s-]+$/.test(data);
}

function firstText(...values: readonly (Json | undefined)[]): string | null {
  return (values.find((value) => typeof value === "string" && value !== "") as string | undefined) ?? null;
}

function asText(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function asObject(value: Json | undefined): Fields | null {
  return isObject(value) ? value : null;
}
