// Which panel a reader sees who has chosen none: the first that has something. Pure.

import { isFinal } from "../../core/schema";
import type { Store, Topic } from "../../core/store";
import { PANELS } from "../../panels";

const USUAL = "tokens";

/** In the order in which they are looked into. */
const CANDIDATES = [USUAL, "state", "custom", "timeline", "events"].flatMap(
  (id) => PANELS.find((panel) => panel.id === id) ?? [],
);

export const FIRST_TOPICS: readonly Topic[] = [
  "summary",
  ...new Set(CANDIDATES.flatMap(({ topics }) => topics)),
];

/** The id of the panel to begin with, beside another one. While a run has ended no task, a model may still speak. */
export function firstPanel(store: Store, beside: string | null): string {
  const candidates = CANDIDATES.filter(({ id }) => id !== beside);
  const usual = candidates[0]?.id ?? USUAL;
  if (!isFinal(store.summary.status) && !anyTaskEnded(store)) return usual;
  return candidates.find(({ count }) => count(store) > 0)?.id ?? usual;
}

function anyTaskEnded({ tables }: Store): boolean {
  return tables.tasks.rows.some(({ status }) => status === "success");
}
