// What stands in a message beside its text: images, sounds, files, sources. Nothing is loaded from the network:
// only what carries its own data is shown, of the rest its address, as text. Pure.

import { bytes } from "../../format";
import type { Json } from "../../schema";

type Fields = Readonly<Record<string, Json | undefined>>;

export type Block =
  | { readonly kind: "image" | "audio" | "video"; readonly src: string; readonly label: string }
  /** Something with a name and perhaps an address, whose data is not shown. */
  | { readonly kind: "file"; readonly label: string; readonly address: string | null }
  | { readonly kind: "other"; readonly label: string; readonly value: Json };

/** Types that a browser shows, by what they are. An SVG in an `img` runs no script and loads nothing. */
const SHOWN = /^(image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)|audio\/[\w.+-]+|video\/[\w.+-]+)$/i;

const DATA_URL = /^data:([\w.+/-]+)(?:;[\w=.-]+)*;base64,[A-Za-z0-9+/=_\s-]*$/;

const USUAL: Readonly<Record<string, string>> = {
  image: "image/png",
  audio: "audio/wav",
  video: "video/mp4",
};

/** The content blocks of a message as what they are. */
export function describeBlocks(blocks: Json): Block[] {
  return (Array.isArray(blocks) ? blocks : [blocks]).map((block) => describe(block as Json));
}

function describe(block: Json): Block {
  if (typeof block !== "object" || block === null || Array.isArray(block)) {
    return { kind: "other", label: "content", value: block };
  }
  const fields = block as Fields;
  const type = text(fields.type) ?? "content";
  const source = sourceOf(fields);
  const name = text(fields.name) ?? text(fields.filename) ?? text(object(fields.file)?.filename);
  if (source.data !== null) {
    const mime = source.mime ?? USUAL[type] ?? null;
    const size = bytes(Math.round((source.data.replace(/[=\s]/g, "").length * 3) / 4));
    const label = [name ?? type, mime, size].filter(Boolean).join(" · ");
    if (mime !== null && SHOWN.test(mime)) {
      const kind = mime.split("/")[0] as "image" | "audio" | "video";
      return { kind, src: `data:${mime};base64,${toStandard(source.data)}`, label };
    }
    return { kind: "file", label, address: null };
  }
  if (source.address !== null) {
    return {
      kind: "file",
      label: [name ?? type, source.mime].filter(Boolean).join(" · "),
      address: source.address,
    };
  }
  return { kind: "other", label: type, value: block };
}

/** Providers put the data of a block, its type and its address in different places. */
function sourceOf(fields: Fields): { data: string | null; mime: string | null; address: string | null } {
  const inner =
    object(fields.source) ??
    object(fields.image_url) ??
    object(fields.input_audio) ??
    object(fields.file) ??
    {};
  const mime = first(
    fields.mime_type,
    fields.media_type,
    inner.media_type,
    inner.mime_type,
    audioType(inner),
  );
  const address = first(fields.url, fields.image_url, inner.url, fields.file_id, inner.file_id);
  const data = first(fields.base64, fields.data, inner.data, inner.base64, inner.file_data);
  for (const candidate of [address, data]) {
    const match = candidate === null ? null : DATA_URL.exec(candidate);
    if (match)
      return {
        data: candidate?.slice(candidate.indexOf(",") + 1) ?? "",
        mime: match[1] ?? null,
        address: null,
      };
  }
  return { data: data !== null && isBase64(data) ? data : null, mime, address };
}

function audioType({ format }: Fields): Json {
  return typeof format === "string" ? `audio/${format}` : null;
}

/** Data is standard base64 or its form for addresses; a browser reads only the former. */
function toStandard(data: string): string {
  return data.replaceAll("-", "+").replaceAll("_", "/");
}

function isBase64(data: string): boolean {
  return data.length > 0 && /^[A-Za-z0-9+/=_\s-]+$/.test(data);
}

function first(...values: readonly (Json | undefined)[]): string | null {
  return (values.find((value) => typeof value === "string" && value !== "") as string | undefined) ?? null;
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function object(value: Json | undefined): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
