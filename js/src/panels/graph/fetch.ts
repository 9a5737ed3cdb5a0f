// What the panel draws: fetched from the kernel once for each run, however often the panel is opened.

import { useEffect, useReducer } from "preact/hooks";
import type { Json } from "../../core/schema";
import type { Store } from "../../core/store";
import { useView } from "../../hooks/context";
import { computeLayout } from "./arrange";
import { type GraphEdge, type GraphNode, type GraphStructure, simplifyStructure } from "./data";

export type LayoutOf = typeof computeLayout;

export type FetchedStructure =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly structure: GraphStructure; readonly layoutOf: LayoutOf }
  | { readonly state: "failed"; readonly why: string };

const PATIENCE = 60_000; // milliseconds: a server may have to be called

/** What is known of each run's drawing, for as long as its store lives. */
const KNOWN = new WeakMap<Store, FetchedStructure>();

export function useStructure(): { readonly fetched: FetchedStructure; readonly again: () => void } {
  const { store, call } = useView();
  const [, redraw] = useReducer((n: number, _: undefined) => n + 1, 0);
  const set = (fetched: FetchedStructure) => {
    KNOWN.set(store, fetched);
    redraw(undefined);
  };
  const fetch = () => {
    set({ state: "loading" });
    call("graph", {}, PATIENCE).then(
      (answer) => {
        const structure = decodeStructure(answer);
        if (structure) set({ state: "loaded", structure, layoutOf: computeLayout });
        else set({ state: "failed", why: "The kernel sent a drawing that is not understood here." });
      },
      (error: Error) => set({ state: "failed", why: error.message }),
    );
  };
  useEffect(() => {
    if (KNOWN.get(store)?.state !== "loaded") fetch();
  }, [store]);
  return { fetched: KNOWN.get(store) ?? { state: "loading" }, again: fetch };
}

/** The answer, if it is one. */
export function decodeStructure(answer: Json): GraphStructure | null {
  const { nodes, edges } = (answer ?? {}) as { readonly nodes?: Json; readonly edges?: Json };
  if (!isListOf<GraphNode>(nodes, ["id", "name", "kind"])) return null;
  if (!isListOf<GraphEdge>(edges, ["source", "target"])) return null;
  const known = new Set(nodes.map(({ id }) => id));
  const joined = edges.filter(({ source, target }) => known.has(source) && known.has(target));
  return simplifyStructure({ nodes, edges: joined });
}

function isListOf<T>(value: unknown, texts: readonly (keyof T & string)[]): value is readonly T[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item) =>
        typeof item === "object" && item !== null && texts.every((name) => typeof item[name] === "string"),
    )
  );
}
