// Why a run failed, as the kernel says it, and the exceptions of a traceback. Pure.

import type { Json } from "./json";

/** Where and why, in the words of every account of the run. */
export interface Failure {
  /** "total · step 2"; "" where nobody knows. */
  readonly where: string;
  /** "RuntimeError: could not add up ← ValueError: …". */
  readonly why: string;
  /** The task that raised it; null where none did. */
  readonly task_id: string | null;
  readonly namespace: string | null;
  readonly step: number | null;
  /** The call of a model or a tool that raised it; null where none did. */
  readonly call_id: string | null;
  /** Whether the kernel has a traceback. */
  readonly traced: boolean;
}

/** One line of a traceback. */
export interface Frame {
  readonly file: string;
  readonly line: number | null;
  readonly function: string;
  readonly source: string;
  readonly owner: "user" | "library" | "lg_jupyter" | null;
  /** Whether a reader sees it before asking for all. */
  readonly shown: boolean;
}

/** An exception of a traceback: the one that was raised, or what caused it. */
export interface Exception {
  readonly error: string;
  readonly message: string;
  readonly relation: "cause" | "context" | "member" | null;
  readonly notes?: readonly string[];
  readonly frames: readonly Frame[];
  /** How many are missing after the first ones. */
  readonly frames_left_out?: number;
}

/** The exceptions in a cell of the column `traceback`; none where it is empty, or too big to have been pushed. */
export function exceptionsOf(cell: Json): readonly Exception[] {
  return Array.isArray(cell) ? (cell as unknown as readonly Exception[]) : [];
}

/** How many frames a reader does not see at first. */
export function countHiddenFrames(exceptions: readonly Exception[]): number {
  return exceptions.reduce(
    (sum, { frames, frames_left_out = 0 }) =>
      sum + frames_left_out + frames.filter(({ shown }) => !shown).length,
    0,
  );
}

const RELATIONS = { cause: "caused by", context: "raised while handling", member: "with" } as const;

/** What stands before an exception that is not the first. */
export function relationWord({ relation }: Exception): string | null {
  return relation === null ? null : RELATIONS[relation];
}

/** "~/project/agent.py" of a long path its last two parts; a cell as it is called. */
export function shortenFilePath(file: string): string {
  const parts = file.split(/[\\/]/);
  return parts.length > 3 ? `…/${parts.slice(-2).join("/")}` : file;
}
