// How a run is steered, in what the kernel is asked and replies: `lg_jupyter/widgets/steering.py` is its other side.

import type { Json } from "../core/schema";
import type { Stops } from "./python";
import type { Values } from "./writes";

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

export interface Steering {
  readonly name: string;
  /** Whether it is: else no expression leads to the run. */
  readonly named: boolean;
  /** What has to stand before a line in which the name is. */
  readonly imports: string;
  /** The kernel holds the run for over, too: it says so a moment after the last of its parts. */
  readonly done: boolean;
  readonly why_not: string | null;
  /** The ids of the interrupts that can be answered. */
  readonly waiting: readonly string[];
  readonly next: readonly string[];
  /** Where it stands, why, and what goes on from there; null of a run that does not wait. */
  readonly standing: string | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Why no run can begin at one of its checkpoints, nor stop at breakpoints and go on. */
  readonly why_no_branch: string | null;
  readonly drains: boolean;
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

export interface History {
  readonly total: number;
  readonly rows: readonly CheckpointListed[];
  readonly runs: readonly Branch[];
  readonly nodes: readonly string[];
  /** The keys of the state, and those whose writes go through a reducer; null where nobody knows. */
  readonly keys: readonly string[];
  readonly reduced: readonly string[] | null;
  /** Whether a write can pass by a reducer. */
  readonly replaces: boolean;
}

/** The methods of `lg_jupyter/widgets/steering.py`. */
declare module "../core/connection/methods" {
  interface Methods {
    steering: { params: Record<string, never>; result: Steering };
    checkpoints: { params: Record<string, never>; result: History };
    checkpoint: {
      params: { checkpoint_id: string; path?: string; offset?: number; limit?: number };
      result: { readonly path: string; readonly value: Json; readonly total: number | null };
    };
    literal: { params: { text: string }; result: { readonly value: Json } };
    go_on: { params: { answers?: Values } & Partial<Stops>; result: { readonly note: string | null } };
    fork: {
      params: { checkpoint_id: string; values?: Values; as_node?: string } & Partial<Stops>;
      result: { readonly run: string; readonly name: string; readonly shown: boolean };
    };
    drain: { params: Record<string, never>; result: { readonly message: string } };
  }
}
