// A message's text or a value of the state that is edited where it is shown: what is written of it, and where. Pure.

import { isWritten, type Message } from "../core/messages";
import type { Json } from "../core/schema";
import { holdsUnparsed } from "../core/unparsed";
import { type Draft, settled } from "../form/schema";
import { IN_PLACE } from "../texts/edit";
import type { Place } from "./protocol";
import type { Subject } from "./subject";
import { isSame, opaque, type Values, writesOf } from "./writes";

export interface InPlace {
  readonly place: Place;
  readonly draft: Draft;
}

/** The edit as it begins: the text, where there is one. An object that JSON cannot say stops it. */
export function begun(subject: Subject, place: Place): InPlace {
  const value = subject.kind === "message" ? contentOf(messageIn(place.value, subject.id)) : place.value;
  const at = opaque(place.value);
  if (at !== null) throw new Error(IN_PLACE.explain.opaque(at));
  return { place, draft: value as Draft };
}

/** What is to be written; null where nothing is another, or it cannot be read. */
export function writesIn(subject: Subject, { place, draft }: InPlace): Values | null {
  if (draft === undefined || holdsUnparsed(draft)) return null;
  const { key, value } = place;
  const edited = subject.kind === "message" ? withContent(value, subject.id, settled(draft)) : settled(draft);
  return isSame(value, edited) ? null : writesOf({ [key]: value }, { [key]: edited }, place);
}

function messageIn(value: Json, id: string): Message {
  const found = Array.isArray(value) ? (value as readonly Json[]).find((each) => isOf(each, id)) : undefined;
  return (found ?? {}) as Message;
}

function isOf(value: Json, id: string): boolean {
  return isWritten(value) && value.id === id;
}

/** The text of a message, be it in its one block; of several blocks all of them. */
export function contentOf({ content = "" }: Message): Json {
  return blockIn(content)?.text ?? content;
}

type TextBlock = { readonly [key: string]: Json; readonly text: string };

function blockIn(content: Json): TextBlock | null {
  const [only, ...more] = Array.isArray(content) ? (content as Json[]) : [];
  const block = more.length === 0 ? (only as TextBlock | undefined) : undefined;
  return typeof block?.text === "string" ? block : null;
}

function withContent(value: Json, id: string, draft: Json): Json {
  const messages = value as readonly Json[];
  return messages.map((each) => (isOf(each, id) ? withContentOf(each as Message, draft) : each)) as Json;
}

/** A message with another text, or with other content. */
export function withContentOf(message: Message, draft: Json): Json {
  const block = blockIn(message.content ?? "");
  const content = block && typeof draft === "string" ? [{ ...block, text: draft }] : draft;
  return { ...message, content } as Json;
}
