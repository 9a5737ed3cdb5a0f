// Shows saved views where there is no kernel: in a notebook that is opened anew, and in a page of their own.

import type { Begin, Widget } from "../core/host";
import { bundled, type Load } from "../core/modules";
import { type Beginning, type Kept, type PackedView, problemOf, unpacked } from "../core/offline/data";
import { SavedModel } from "../core/offline/model";
import type { Options } from "../core/options";

export type { Kept } from "../core/offline/data";

const LEAST_HEIGHT = 440;
const AROUND = 48; // pixels of the page that are not the view's

/** Where modules come from, and of which release they are. */
export interface Origin {
  readonly release: string;
  readonly load: Load;
}

/** Draws what was kept into `place`; gives back how to take it away. Rejects with one clear sentence. */
export async function show(
  place: HTMLElement,
  kept: Kept,
  origin: Origin,
  beginning: Beginning = {},
): Promise<() => void> {
  const problem = problemOf(kept);
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
    const kept: Kept = JSON.parse(data?.textContent ?? "");
    await show(
      place as HTMLElement,
      kept,
      { release, load: bundled(modules) },
      { options: pageOptions(kept) },
    );
  } catch (error) {
    (place as HTMLElement).textContent = (error as Error).message; // the record stays in sight
  }
}

/** A view on a page of its own is as high as the page, but for a table under which runs open. */
function pageOptions({ views }: Kept): Options {
  if (views.some(({ module }) => module === "batch")) return {};
  return { height: Math.max(LEAST_HEIGHT, innerHeight - AROUND) };
}

/** Draws one view below what is in `place`. */
async function showView(
  place: HTMLElement,
  view: PackedView,
  origin: Origin,
  beginning: Beginning = {},
): Promise<() => void> {
  const data = await unpacked(view, beginning);
  const { begin } = await origin.load<{ begin: Begin }>(view.module);
  const under = new Under(data.views ?? {}, origin);
  const model: SavedModel = new SavedModel(data, (method, params) => under.answer(method, params, model));
  const widget: Widget = begin({ model, early: [], ...origin });
  const [el, below] = [document.createElement("div"), under.place];
  place.append(el, below);
  const undraw = widget.render({ model, el });
  return () => {
    under.close();
    undraw();
    widget.close();
    el.remove();
    below.remove();
  };
}

/** The run that is opened under a table of runs. */
class Under {
  readonly place = document.createElement("div");
  #remove: (() => void) | null = null;
  #messages = 1;

  constructor(
    private readonly views: Readonly<Record<string, PackedView>>,
    private readonly origin: Origin,
  ) {}

  /** Takes the calls by which a table opens and closes its runs; whether it was one. */
  answer(method: string, params: unknown, table: SavedModel): boolean {
    if (method !== "open" && method !== "close") return false;
    const index = method === "open" ? (params as { input_index: number }).input_index : null;
    const view = index === null ? null : this.views[index];
    if (view === undefined) throw new Error("This run was left out: there was no room for it.");
    this.close();
    if (view) showView(this.place, view, this.origin).then((remove) => (this.#remove = remove));
    this.#messages += 1;
    table.tell({ type: "delta", n: this.#messages, elapsed: null, summary: { opened: index } });
    return true;
  }

  close(): void {
    this.#remove?.();
    this.#remove = null;
  }
}
