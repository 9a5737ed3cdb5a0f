// Modules that are too big to travel with each widget: asked of the kernel when they are first needed, and imported
// as anywidget imports the widget itself. All widgets of a page share them.

import type { layoutOf } from "../panels/graph/arrange";
import type { mount } from "../panels/steering";
import { CallError, type Connection } from "./connection/connection";

/** What each of them exports. */
export interface Assets {
  readonly graph_layout: { readonly layoutOf: typeof layoutOf };
  /** The panels that answer, look at checkpoints and begin branches. */
  readonly steering: { readonly mount: typeof mount };
}

/** Gets a module; rejects with one clear sentence. */
export type Load = <Name extends keyof Assets>(name: Name, call: Connection["call"]) => Promise<Assets[Name]>;

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
export const fromKernel: Load = (name, call) => load(name, call, importText);

export async function load<Name extends keyof Assets>(
  name: Name,
  call: Connection["call"],
  importing: (text: string) => Promise<unknown>,
): Promise<Assets[Name]> {
  const key = `${name} ${DIGESTS[name]}`;
  if (!loaded().has(key)) {
    const { text } = await call("asset", { name });
    loaded().set(key, await importing(text));
  }
  return loaded().get(key) as Assets[Name];
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
