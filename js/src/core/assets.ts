// Modules that are too big to travel with each widget: asked of the kernel when they are first needed, and imported
// as anywidget imports the widget itself. All widgets of a page share them.

import { CallError } from "./connection/calls";
import type { Call } from "./connection/methods";

/** A module by its name; `Exports` is what it exports. */
export interface Asset<Exports> {
  readonly name: string;
  readonly exports?: Exports;
}

/** Gets a module; rejects with one clear sentence. */
export type Load = <Exports>(asset: Asset<Exports>) => Promise<Exports>;

/** How modules come to a page that has this kernel to ask. */
export type Loader = (call: Call) => Load;

/** Of each module's text: kernels with another version of it may have widgets on the same page. */
declare const DIGESTS: Readonly<Record<string, string>>; // put here by scripts/build.mjs

const LOADED = Symbol.for("lg_jupyter.assets");

/** The page's own: each widget of it is a module by itself. */
function loaded(): Map<string, unknown> {
  const page = globalThis as { [LOADED]?: Map<string, unknown> };
  page[LOADED] ??= new Map();
  return page[LOADED];
}

/** From the kernel, unless the page has it. */
export const fromKernel: Loader = (call) => (asset) => load(asset, call, importText);

export async function load<Exports>(
  { name }: Asset<Exports>,
  call: Call,
  importing: (text: string) => Promise<unknown>,
): Promise<Exports> {
  const key = `${name} ${DIGESTS[name]}`;
  if (!loaded().has(key)) {
    const { text } = await call("asset", { name });
    loaded().set(key, await importing(text));
  }
  return loaded().get(key) as Exports;
}

async function importText(text: string): Promise<unknown> {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return await import(url);
  } catch (error) {
    throw new CallError(`This page did not let a part of lg_jupyter be loaded: ${error}`, "refused");
  } finally {
    URL.revokeObjectURL(url);
  }
}
