// Shows saved views where there is no kernel: in a notebook that is opened anew, and in a page of their own.

import type { JSX } from "preact";
import type { Host, Widget } from "../core/host";
import { bundledLoader, type LoadModule } from "../core/modules";
import {
  type InitialView,
  type SavedViews,
  type PackedView,
  formatProblemOf,
  unpackView,
} from "../core/offline/data";
import { SavedModel } from "../core/offline/model";
import type { ViewOptions } from "../core/options";
import type { Around } from "../widgets/run/index";
import { comparisonView } from "./comparison/view";
import { RunPair, type SavedRun } from "./pair";

export type { SavedViews } from "../core/offline/data";

const LEAST_HEIGHT = 440;
const AROUND = 48; // pixels of the page that are not the view's

/** Where modules come from, and of which release they are. */
export interface ModuleOrigin {
  readonly release: string;
  readonly load: LoadModule;
}

/** Draws what was kept into `place`; gives back how to take it away. Rejects with one clear sentence. */
export async function show(
  place: HTMLElement,
  kept: SavedViews,
  origin: ModuleOrigin,
  beginning: InitialView = {},
): Promise<() => void> {
  const problem = formatProblemOf(kept);
  if (problem !== null) throw new Error(problem);
  const shown: (() => void)[] = [];
  for (const view of kept.views) shown.push(await showView(place, view, origin, beginning));
  return () => {
    for (const remove of shown) remove();
  };
}

/** Draws what the page at hand keeps, into the place it has for it. `modules` are all that it may need. */
export async function openPage(modules: Readonly<Record<string, unknown>>, release: string): Promise<void> {
  const [place, data] = ["lgj-view", "lgj-data"].map((id) => document.getElementById(id) as HTMLElement);
  try {
    const kept: SavedViews = JSON.parse(data?.textContent ?? "");
    await show(
      place as HTMLElement,
      kept,
      { release, load: bundledLoader(modules) },
      { options: pageOptions(kept) },
    );
  } catch (error) {
    (place as HTMLElement).textContent = (error as Error).message; // the record stays in sight
  }
}

/** A view on a page of its own is as high as the page, but for a table under which runs open. */
function pageOptions({ views }: SavedViews): ViewOptions {
  if (views.some(({ module }) => module === "batch")) return {};
  return { height: Math.max(LEAST_HEIGHT, innerHeight - AROUND) };
}

type Begin = (host: Host & Around) => Widget;

/** Draws one view below what is in `place`. */
async function showView(
  place: HTMLElement,
  view: PackedView,
  origin: ModuleOrigin,
  beginning: InitialView = {},
  around: Around = {},
): Promise<() => void> {
  const data = await unpackView(view, beginning);
  const under = new OpenedRun(data.views ?? {}, origin);
  const model: SavedModel = new SavedModel(data, (method, params) => under.answerCall(method, params, model));
  const el = document.createElement("div");
  const pair = pairForRun(el, view, origin, beginning);
  const undraw = await draw(el, view.module, model, origin, { tools: pair?.tools, ...around });
  place.append(el, under.place, ...(pair ? [pair.place] : []));
  return () => {
    under.close();
    pair?.close();
    undraw();
    for (const each of [el, under.place, pair?.place]) each?.remove();
  };
}

async function draw(
  el: HTMLElement,
  module: string,
  model: SavedModel,
  origin: ModuleOrigin,
  around: Around = {},
): Promise<() => void> {
  const { begin } = await origin.load<{ begin: Begin }>(module);
  const widget = begin({ model, early: [], ...origin, ...around });
  const undraw = widget.render({ model, el });
  return () => {
    undraw();
    widget.close();
  };
}

/** What shows a run beside another one of the page; null for what is no run, or on a page of its own. */
function pairForRun(
  own: HTMLElement,
  view: PackedView,
  origin: ModuleOrigin,
  beginning: InitialView,
): RunPair | null {
  const { others, ...alone } = beginning;
  if (!others || !isRun(view)) return null;
  const runs = () => {
    const every = others()
      .filter((kept) => formatProblemOf(kept) === null)
      .flatMap(({ views }) => views.filter(isRun));
    const byKey = new Map(every.map((each) => [each.about.key, each]));
    byKey.delete(view.about.key);
    return [...byKey.values()].sort((a, b) => (a.about.started ?? 0) - (b.about.started ?? 0));
  };
  return new RunPair(own, view, runs, {
    run: (place, run, around) => showView(place, run, origin, alone, around),
    differences: (place, runs, tools) => showDifferences(place, runs, { origin, beginning: alone, tools }),
  });
}

/** Draws what two runs differ in. */
async function showDifferences(
  place: HTMLElement,
  runs: readonly [SavedRun, SavedRun],
  { origin, beginning, tools }: { origin: ModuleOrigin; beginning: InitialView; tools: JSX.Element },
): Promise<() => void> {
  const [a, b] = await Promise.all(
    runs.map(async (run) => ({ about: run.about, data: await unpackView(run, beginning) })),
  );
  if (!a || !b) return () => undefined;
  return draw(place, "compare", new SavedModel(comparisonView(a, b)), origin, { tools });
}

function isRun(view: PackedView): view is SavedRun {
  return view.about !== undefined;
}

/** The run that is opened under a table of runs. */
class OpenedRun {
  readonly place = document.createElement("div");
  #remove: (() => void) | null = null;
  #messages = 1;

  constructor(
    private readonly views: Readonly<Record<string, PackedView>>,
    private readonly origin: ModuleOrigin,
  ) {}

  /** Takes the calls by which a table opens and closes its runs; whether it was one. */
  answerCall(method: string, params: unknown, table: SavedModel): boolean {
    if (method !== "open" && method !== "close") return false;
    const index = method === "open" ? (params as { input_index: number }).input_index : null;
    const view = index === null ? null : this.views[index];
    if (view === undefined) throw new Error("This run was left out: there was no room for it.");
    this.close();
    if (view) showView(this.place, view, this.origin).then((remove) => (this.#remove = remove));
    this.#messages += 1;
    table.deliverMessage({ type: "delta", n: this.#messages, elapsed: null, summary: { opened: index } });
    return true;
  }

  close(): void {
    this.#remove?.();
    this.#remove = null;
  }
}
