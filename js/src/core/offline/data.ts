// The data of a view as a notebook or a page keeps them: `lg_jupyter/widgets/offline/data.py` is their other side.

import type { ViewOptions } from "../options";
import type { Json, Row } from "../schema";
import type { Snapshot } from "../connection/protocol";

export const MIME = "application/vnd.lg-jupyter.run+json";

/** The newest form that this page can read. */
const FORMAT = 1;

/** What tells a run from others; `started` is in seconds since the epoch. */
export interface RunIdentity {
  readonly key: string;
  readonly name: string;
  readonly title: string;
  readonly started: number | null;
}

/** A view: the module that draws it, and its data, packed; of a run also what it is. */
export interface PackedView {
  readonly module: string;
  readonly data: string;
  readonly about?: RunIdentity;
}

/** What stands in an output. */
export interface SavedViews {
  readonly format: number;
  /** Of the package that made it. */
  readonly version: string;
  /** The class of the record beside which it stands. */
  readonly record: string;
  readonly views: readonly PackedView[];
}

/** A whole value, or of an object the numbers of its members. */
export type PooledValue = readonly [0, Json] | readonly [1, Readonly<Record<string, number>>];

/** Null is the number of what there was no room for. */
export type SavedState = readonly [
  namespace: string,
  seq: number,
  step: number | null,
  timestamp: number,
  source: string,
  number: number | null,
];

/** Whole values, each written once; lists at their longest. */
export interface ValueData {
  readonly values: readonly PooledValue[];
  readonly lists: readonly (readonly Json[])[];
  /** The key of an object that stands for the beginning of a list. */
  readonly list_key: string;
}

export interface ViewData extends ValueData {
  readonly traits: Readonly<Record<string, Json>>;
  readonly snapshot: Snapshot;
  /** Answers, by the method and its parameters. */
  readonly replies: Readonly<Record<string, Json>>;
  readonly events?: readonly Row[];
  /** The newest first. */
  readonly states?: readonly SavedState[];
  /** The numbers of cells that are cut in the snapshot: by table, column and key. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
  /** The numbers of events' whole payloads, by `seq`. */
  readonly payloads?: Readonly<Record<string, number>>;
  /** Views that this one opens, by what it calls them. */
  readonly views?: Readonly<Record<string, PackedView>>;
  /** What there was no room for, in a few words. */
  readonly omitted: string | null;
}

/** Why what stands in an output cannot be read here; null if it can. */
export function formatProblemOf(kept: SavedViews): string | null {
  return kept?.format === FORMAT && Array.isArray(kept.views)
    ? null
    : `This was made with a newer lg_jupyter (${kept?.version ?? "?"}): the record is in the notebook's file.`;
}

/** How a view begins, where that is not as it was kept. */
export interface InitialView {
  readonly options?: ViewOptions;
  /** Whether it hides the record, if one stands beside it. */
  readonly hidesRecord?: boolean;
  /** What else the page keeps, as it is when called. */
  readonly others?: () => readonly SavedViews[];
}

/** The data of a view. */
export async function unpackView({ data }: PackedView, beginning: InitialView = {}): Promise<ViewData> {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const kept: ViewData = JSON.parse(await new Response(stream).text());
  return { ...kept, traits: { ...kept.traits, ...traitsOf(kept, beginning) } };
}

function traitsOf({ traits }: ViewData, { options, hidesRecord = true }: InitialView): ViewData["traits"] {
  const summary = traits._summary as { readonly [name: string]: Json };
  return {
    _options: { ...(traits._options as object), ...(options as object) },
    _summary: hidesRecord ? summary : { ...summary, record: null },
  };
}
