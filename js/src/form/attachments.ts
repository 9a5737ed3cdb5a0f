// Images and files with a message: content blocks in LangChain's standard form, within the bounds that
// `lg_jupyter/request/attachments.py` holds as well.

import { formatByteSize } from "../core/format";
import type { Json } from "../core/schema";
import { ATTACH } from "../texts/form";
import { type Attachment, isAttachment, MEDIA } from "./attachment";

export const MAX_ATTACHMENTS = 10;
export const MAX_ATTACHMENT_BYTES = 6_000_000;

const TEXTS = /^(text\/|application\/(json|xml|yaml|toml|javascript)$)|\+(json|xml)$/i;
const MIME = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/i;
const LONGEST_NAME = 200;

/** A file as a content block. */
export async function readAttachment(file: File): Promise<Attachment> {
  const name = fileNameOf(file);
  const told = file.type.split(";")[0]?.trim() ?? "";
  const mime = MIME.test(told) ? told : "application/octet-stream";
  const data = await readDataUrl(file);
  if (TEXTS.test(mime)) {
    const text = decodeText(data);
    if (text !== null) return { type: "text-plain", text, mime_type: "text/plain", title: name };
  }
  const major = mime.split("/")[0]?.toLowerCase() ?? "";
  const type = MEDIA.includes(major) ? major : "file";
  return { type, base64: data, mime_type: mime, extras: { filename: name } };
}

/** What is added to those that are there, and why some are not. */
export async function addFiles(
  files: readonly File[],
  there: readonly Attachment[],
): Promise<{ attachments: readonly Attachment[]; problem: string | null }> {
  if (there.length + files.length > MAX_ATTACHMENTS)
    return { attachments: there, problem: ATTACH.many(`${MAX_ATTACHMENTS}`) };
  const size = files.reduce((sum, file) => sum + file.size, totalByteSize(there));
  if (size > MAX_ATTACHMENT_BYTES)
    return {
      attachments: there,
      problem: ATTACH.large(formatByteSize(size), formatByteSize(MAX_ATTACHMENT_BYTES)),
    };
  try {
    return { attachments: [...there, ...(await Promise.all(files.map(readAttachment)))], problem: null };
  } catch (error) {
    return { attachments: there, problem: ATTACH.unread((error as Error).message) };
  }
}

/** What a message says: its text alone, or where something is attached a list of blocks. */
export function joinContent(text: string, attachments: readonly Attachment[]): Json {
  if (attachments.length === 0) return text;
  return [...(text === "" ? [] : [{ type: "text", text }]), ...attachments];
}

/** The text of a content and what is attached; null of one that has something else. */
export function splitContent(content: Json): { text: string; attachments: readonly Attachment[] } | null {
  if (typeof content === "string") return { text: content, attachments: [] };
  if (!Array.isArray(content)) return null;
  const blocks = content as readonly Attachment[];
  const texts = blocks.filter((each) => each?.type === "text" && typeof each.text === "string");
  const attachments = blocks.filter(isAttachment);
  if (texts.length + attachments.length < blocks.length) return null;
  return { text: texts.map(({ text }) => text).join("\n"), attachments };
}

function totalByteSize(attachments: readonly Attachment[]): number {
  return attachments.reduce((all, each) => all + byteSizeOf(each), 0);
}

function byteSizeOf({ base64, text }: Attachment): number {
  if (typeof base64 === "string") return (base64.replaceAll("=", "").length * 3) / 4;
  return new Blob([String(text)]).size;
}

function fileNameOf({ name }: File): string {
  return name.replace(/\p{C}/gu, "").slice(-LONGEST_NAME) || "file";
}

function readDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}

function decodeText(base64: string): string | null {
  try {
    const data = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return null;
  }
}
