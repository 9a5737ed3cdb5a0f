// A message's text or a value of the state that is edited where it is shown: what is written of it, and where. Pure.

import { isMessageLike, type Message } from "../core/messages";
import type { Json } from "../core/schema";
import { hasInvalidInput } from "../core/invalidInput";
import { type Draft, draftToJson } from "../form/schema";
import { IN_PLACE } from "../texts/edit";
import type { WritePlace } from "./protocol";
import type { EditSubject } from "./editSubject";
import { isSameJson, findOpaquePath, type StateValues, writesOf } from "./writes";

export interface InPlaceEdit {
  readonly place: WritePlace;
  readonly draft: Draft;
}

/** The edit as it begins: the text, where there is one. An object that JSON cannot say stops it. */
export function beginEdit(subject: EditSubject, place: WritePlace): InPlaceEdit {
  const value =
    subject.kind === "message" ? editableContentOf(findMessage(place.value, subject.id)) : place.value;
  const at = findOpaquePath(place.value);
  if (at !== null) throw new Error(IN_PLACE.explain.opaque(at));
  return { place, draft: value as Draft };
}

/** What is to be written; null where nothing is another, or it cannot be read. */
export function writesOfEdit(subject: EditSubject, { place, draft }: InPlaceEdit): StateValues | null {
  if (draft === undefined || hasInvalidInput(draft)) return null;
  const { key, value } = place;
  const edited =
    subject.kind === "message"
      ? replaceMessageContent(value, subject.id, draftToJson(draft))
      : draftToJson(draft);
  return isSameJson(value, edited) ? null : writesOf({ [key]: value }, { [key]: edited }, place);
}

function findMessage(value: Json, id: string): Message {
  const found = Array.isArray(value)
    ? (value as readonly Json[]).find((each) => isMessageWithId(each, id))
    : undefined;
  return (found ?? {}) as Message;
}

function isMessageWithId(value: Json, id: string): boolean {
  return isMessageLike(value) && value.id === id;
}

/** The text of a message, be it in its one block; of several blocks all of them. */
export function editableContentOf({ content = "" }: Message): Json {
  return soleTextBlockOf(content)?.text ?? content;
}

type TextBlock = { readonly [key: string]: Json; readonly text: string };

function soleTextBlockOf(content: Json): TextBlock | null {
  const [only, ...more] = Array.isArray(content) ? (content as Json[]) : [];
  const block = more.length === 0 ? (only as TextBlock | undefined) : undefined;
  return typeof block?.text === "string" ? block : null;
}

function replaceMessageContent(value: Json, id: string, draft: Json): Json {
  const messages = value as readonly Json[];
  return messages.map((each) =>
    isMessageWithId(each, id) ? messageWithContent(each as Message, draft) : each,
  ) as Json;
}

/** A message with another text, or with other content. */
export function messageWithContent(message: Message, draft: Json): Json {
  const block = soleTextBlockOf(message.content ?? "");
  const content = block && typeof draft === "string" ? [{ ...block, text: draft }] : draft;
  return { ...message, content } as Json;
}
