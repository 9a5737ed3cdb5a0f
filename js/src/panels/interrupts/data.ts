// Reads: interrupts. Which answers are ready to be sent, and what is said of that. Pure.

import { counted } from "../../core/format";
import type { InterruptRow, Json } from "../../core/schema";
import { outcomeOf } from "../../steer/drafts";
import type { Steer } from "../../steer/steer";

/** What is ready to be sent, and what is still wrong with the rest. */
export function written(steer: Steer, waiting: readonly InterruptRow[]) {
  const answers: Record<string, Json> = {};
  const problems: string[] = [];
  for (const { interrupt_id } of waiting) {
    const given = steer.drafts.get(interrupt_id);
    if (!given || (waiting.length > 1 && !given.touched)) continue;
    const outcome = outcomeOf(given);
    if (outcome.ready) answers[interrupt_id] = outcome.answer;
    else if (given.touched) problems.push(outcome.problem);
  }
  return { answers, problems };
}

export function sendLabel(count: number, waiting: number): string {
  if (waiting === 1) return "Send the answer";
  return count < waiting && count > 0
    ? `Send ${count} of ${waiting} answers`
    : `Send ${counted(waiting, "answer")}`;
}

/** Whoever wrote a node must know it. */
export function hintOf(nodes: readonly (string | null)[]): string {
  const names = [...new Set(nodes.filter((node) => node !== null))];
  if (names.length === 0) return "The node that asked runs again from its start, up to where it asked.";
  const who = names.length === 1 ? `The node ${names[0]} runs` : `The nodes ${names.join(", ")} run`;
  return `${who} again from ${names.length === 1 ? "its" : "their"} start, up to where ${names.length === 1 ? "it" : "they"} asked.`;
}
