// How a run is steered, in calls of the kernel and its replies: `lg_jupyter/widgets/steering.py` is its other side.

import type { Json } from "../core/schema";
import type { Schema } from "../form/schema";
import type { Breakpoints } from "./pythonCode";
import type { StateValues, WriteRules } from "./writes";

/** A run of the tree of branches. */
export interface Branch {
  readonly run: string;
  /** An expression for it in the notebook. */
  readonly name: string;
  readonly status: string;
  readonly parent: string | null;
  /** Where it was forked, whether it wrote something there first, and as which node. */
  readonly checkpoint_id: string | null;
  readonly writes: boolean;
  readonly as_node: string | null;
}

export interface SteeringInfo {
  readonly name: string;
  /** Whether it is: else no expression leads to the run. */
  readonly named: boolean;
  /** What has to stand before a line in which the name is. */
  readonly imports: string;
  /** The kernel holds the run for over, too: it says so a moment after the last of its parts. */
  readonly done: boolean;
  readonly resume_blocker: string | null;
  /** The ids of the interrupts that can be answered. */
  readonly waiting: readonly string[];
  readonly next: readonly string[];
  /** Where it stands, why, and what goes on from there; null of a run that does not wait. */
  readonly resume_hint: string | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The subgraphs in which it can stop, by the way there. */
  readonly breakpoint_holders: readonly string[];
  /** Until where it goes to the next step: every node of the graphs in which it stands. */
  readonly next_step: readonly string[];
  /** Why no run can begin at one of its checkpoints, nor stop at breakpoints and go on. */
  readonly fork_blocker: string | null;
  readonly drainable: boolean;
  readonly run: string;
  readonly runs: readonly Branch[];
}

export interface CheckpointListed {
  readonly checkpoint_id: string;
  readonly parent_checkpoint_id: string | null;
  readonly step: number | null;
  readonly source: string | null;
  readonly next: readonly string[];
  readonly created_at: string | null;
  readonly changed: readonly string[];
  /** Who made it, where that is known. */
  readonly run: string | null;
}

export interface CheckpointHistory extends WriteRules {
  readonly total: number;
  readonly rows: readonly CheckpointListed[];
  readonly runs: readonly Branch[];
  readonly nodes: readonly string[];
  /** The keys of the state, as far as they are known. */
  readonly keys: readonly string[];
}

/** Where a value came into the state: what is changed of it is written there. */
export interface WritePlace extends WriteRules {
  readonly checkpoint_id: string;
  readonly step: number | null;
  readonly key: string;
  /** What the key has there, or of a message that is written by its id that message alone, in a list. */
  readonly value: Json;
  /** The node that wrote it; null where that is not known. */
  readonly as_node: string | null;
  /** All that ran in its step: as one of them it is written. */
  readonly nodes: readonly string[];
}

/** The methods of `lg_jupyter/widgets/steering.py` and `editing.py`. */
declare module "../core/connection/methods" {
  interface Methods {
    steering: { params: Record<string, never>; result: SteeringInfo };
    checkpoints: { params: Record<string, never>; result: CheckpointHistory };
    checkpoint: {
      params: { checkpoint_id: string; path?: string; offset?: number; limit?: number };
      result: { readonly path: string; readonly value: Json; readonly total: number | null };
    };
    tool_arguments: { params: Record<string, never>; result: Readonly<Record<string, Schema>> };
    message_place: { params: { message_id: string }; result: WritePlace };
    value_place: { params: { step: number; key: string }; result: WritePlace };
    literal: { params: { text: string }; result: { readonly value: Json } };
    resume_run: {
      params: { answers?: StateValues; until?: readonly string[] } & Partial<Breakpoints>;
      result: { readonly note: string | null };
    };
    fork: {
      params: { checkpoint_id: string; values?: StateValues; as_node?: string } & Partial<Breakpoints>;
      result: { readonly run: string; readonly name: string; readonly shown: boolean };
    };
    drain: { params: Record<string, never>; result: { readonly message: string } };
  }
}
