// What a content block that is an attachment says of itself.

import { isObject, type Json } from "../core/schema";

export type Attachment = { readonly [key: string]: Json };

export const MEDIA = ["image", "audio", "video"];

export function isAttachment(block: Json | undefined): boolean {
  if (!isObject(block)) return false;
  const { type, base64, text } = block;
  if (type === "text-plain") return typeof text === "string";
  return [...MEDIA, "file"].includes(String(type)) && typeof base64 === "string";
}

/** The name of the file that a block holds. */
export function attachmentName({ title, extras }: Attachment): string | null {
  const name = title ?? (extras as Attachment | undefined)?.filename;
  return typeof name === "string" ? name : null;
}
