// What is to be written at a checkpoint, while it is typed. Pure.

import type { Json } from "../../core/schema";
import type { Draft } from "../../form/schema";

/** A key that is being edited: what it was, and what is to be written. */
export interface Edit {
  readonly before: Json;
  readonly draft: Draft;
}

/** The edits by key, and which node is to have written them. */
export interface CheckpointDraft {
  readonly edits: Readonly<Record<string, Edit>>;
  readonly node: string | null;
}

export const UNTOUCHED: CheckpointDraft = { edits: {}, node: null };

/** What drafts know the edits of a checkpoint by. */
export function draftAt(checkpoint: string): string {
  return `checkpoint ${checkpoint}`;
}

/** The draft with one key edited, or left as it was; undefined where nothing is left of it. */
export function edited(
  now: CheckpointDraft | undefined,
  key: string,
  edit: Edit | null,
): CheckpointDraft | undefined {
  const { edits, node } = now ?? UNTOUCHED;
  const { [key]: _, ...others } = edits;
  return touched({ edits: edit ? { ...edits, [key]: edit } : others, node });
}

/** The draft as that of a node, or of none. */
export function writtenAs(
  now: CheckpointDraft | undefined,
  node: string | null,
): CheckpointDraft | undefined {
  return touched({ ...(now ?? UNTOUCHED), node });
}

function touched(draft: CheckpointDraft): CheckpointDraft | undefined {
  return draft.node === null && Object.keys(draft.edits).length === 0 ? undefined : draft;
}
