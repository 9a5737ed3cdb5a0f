import type { JSX } from "preact";
import type { Store, Topic } from "../core/store";

/** A panel: what it is called, what it reads, how much of it there is, and how it is drawn. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  /** What one of it is called. */
  readonly noun: string;
  /** What `count` reads. */
  readonly topics: readonly Topic[];
  readonly count: (store: Store) => number;
  /** How much of it waits for the reader. It opens by itself when that begins. */
  readonly waits?: (store: Store) => number;
  /** Has no tab while there is nothing of it. */
  readonly optional?: boolean;
  readonly View: () => JSX.Element;
}
