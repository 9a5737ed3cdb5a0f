// What is to be written at a checkpoint, while it is typed. Pure.

import type { Json } from "../../core/schema";
import type { Draft } from "../../form/schema";

/** A key that is being edited: what it was, and what is to be written. */
export interface KeyEdit {
  readonly before: Json;
  readonly draft: Draft;
}

/** The edits by key, and which node is to have written them. */
export interface CheckpointDraft {
  readonly edits: Readonly<Record<string, KeyEdit>>;
  readonly node: string | null;
}

export const NO_EDITS: CheckpointDraft = { edits: {}, node: null };

/** What drafts know the edits of a checkpoint by. */
export function draftNameAt(checkpoint: string): string {
  return `checkpoint ${checkpoint}`;
}

/** The draft with one key edited, or left as it was; undefined where nothing is left of it. */
export function withKeyEdit(
  now: CheckpointDraft | undefined,
  key: string,
  edit: KeyEdit | null,
): CheckpointDraft | undefined {
  const { edits, node } = now ?? NO_EDITS;
  const { [key]: _, ...others } = edits;
  return undefinedIfEmpty({ edits: edit ? { ...edits, [key]: edit } : others, node });
}

/** The draft as that of a node, or of none. */
export function withWriter(
  now: CheckpointDraft | undefined,
  node: string | null,
): CheckpointDraft | undefined {
  return undefinedIfEmpty({ ...(now ?? NO_EDITS), node });
}

function undefinedIfEmpty(draft: CheckpointDraft): CheckpointDraft | undefined {
  return draft.node === null && Object.keys(draft.edits).length === 0 ? undefined : draft;
}
