// What views of several runs that stand side by side have in common: the panels in sight, what narrows them, a step or
// a node that is selected. Keys of tasks, messages and namespaces are a run's own.

import { Observable } from "../core/observable";
import type { Filter, FilterStore } from "./filter";
import type { Selection, SelectionStore } from "./selection";

/** The ids of the panels in sight. */
export interface PanelsInSight {
  readonly left: string;
  readonly right: string;
}

interface NarrowedState {
  readonly filter: FilterStore;
  readonly selection: SelectionStore;
}

export class LinkedRuns extends Observable {
  #panels: PanelsInSight | null = null;
  #isPassing = false;
  readonly #members = new Set<NarrowedState>();

  /** Null before anybody chose. */
  get panels(): PanelsInSight | null {
    return this.#panels;
  }

  set panels(panels: PanelsInSight) {
    this.#panels = panels;
    this.notify();
  }

  /** Has a run's state follow that of the others, and these follow it; gives back how to end that. */
  addRun(member: NarrowedState): () => void {
    this.#members.add(member);
    const stops = [
      member.filter.subscribe(() => this.#passFilter(member)),
      member.selection.subscribe(() => this.#passSelection(member)),
    ];
    return () => {
      this.#members.delete(member);
      for (const stop of stops) stop();
    };
  }

  #passFilter(from: NarrowedState): void {
    const { namespaces: _, found: __, ...common } = from.filter.get();
    this.#pass(from, ({ filter }) => filter.set({ ...filter.get(), ...common } satisfies Filter));
  }

  #passSelection(from: NarrowedState): void {
    const selection = from.selection.get();
    if (isSharedSelection(selection)) this.#pass(from, (each) => each.selection.set(selection));
  }

  #pass(from: NarrowedState, to: (other: NarrowedState) => void): void {
    if (this.#isPassing) return; // what one is told, it would tell the others
    this.#isPassing = true;
    for (const each of this.#members) if (each !== from) to(each);
    this.#isPassing = false;
  }
}

function isSharedSelection(selection: Selection): boolean {
  return selection === null || selection.kind === "step" || selection.kind === "node";
}
