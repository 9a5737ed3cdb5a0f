// Reads: interrupts. Which answers are ready to be sent, and the text about that. Pure.

import { formatCountWithNoun } from "../../core/format";
import type { InterruptRow, Json } from "../../core/schema";
import { type AnswerDraft, emptyDraft, answerOutcomeOf } from "../../steer/answerDrafts";
import type { RunSteering } from "../../steer/runSteering";
import { SEND } from "../../texts/interrupts";

/** What is ready to be sent, and what is still wrong with the rest. */
export function readyAnswersOf(steer: RunSteering, waiting: readonly InterruptRow[]) {
  const answers: Record<string, Json> = {};
  const problems: string[] = [];
  for (const { interrupt_id } of waiting) {
    const given = steer.draftOf(interrupt_id);
    if (!given || (waiting.length > 1 && !given.touched)) continue;
    const outcome = answerOutcomeOf(given);
    if (outcome.ready) answers[interrupt_id] = outcome.answer;
    else if (given.touched) problems.push(outcome.problem);
  }
  return { answers, problems };
}

/** The approval of every call that waits; `null` where they are not several, or one may not be approved. */
export function approvalsOfAll(
  steer: RunSteering,
  waiting: readonly InterruptRow[],
): { readonly count: number; readonly drafts: ReadonlyMap<string, AnswerDraft> } | null {
  const drafts = new Map<string, AnswerDraft>();
  let count = 0;
  for (const { interrupt_id, value, response_schema } of waiting) {
    const given = steer.draftOf(interrupt_id) ?? emptyDraft(value, response_schema);
    if (given.kind !== "review") return null;
    if (!given.review.actions.every(({ allowed }) => allowed.includes("approve"))) return null;
    const choices = given.choices.map((each) => ({ ...each, decision: "approve" as const }));
    drafts.set(interrupt_id, { ...given, choices });
    count += choices.length;
  }
  return count > 1 ? { count, drafts } : null;
}

export function sendLabel(count: number, waiting: number): string {
  if (waiting === 1) return SEND.one;
  return count < waiting && count > 0
    ? SEND.some(`${count}`, `${waiting}`)
    : SEND.all(formatCountWithNoun(waiting, SEND.answer));
}

/** Whoever wrote a node must know it. */
export function unknownNodesHint(nodes: readonly (string | null)[]): string {
  const names = [...new Set(nodes.filter((node) => node !== null))];
  if (names.length === 0) return SEND.explain.again;
  return names.length === 1
    ? SEND.explain.againOne(names[0] as string)
    : SEND.explain.againAll(names.join(", "));
}
