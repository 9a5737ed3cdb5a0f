// @vitest-environment node
// What the build leaves out of libraries is not missed.

import { expect, it } from "vitest";
import { REVIEW } from "../../fixtures/structures";
import { computeLayout } from "../../src/panels/graph/arrange";
import { type GraphDrawing, drawingOf } from "../../src/panels/graph/data";
import type { Direction, Layout } from "../../src/panels/graph/layout";

async function bundled<T>(path: string): Promise<T> {
  const scripts = "../../scripts/build.mjs"; // not known to TypeScript
  const [{ build }, { options }] = await Promise.all([import("esbuild"), import(scripts)]);
  const entry = decodeURIComponent(new URL(path, import.meta.url).pathname);
  const result = await build({ ...options, entryPoints: [entry], write: false, minify: true });
  const code = encodeURIComponent(result.outputFiles?.[0]?.text ?? "");
  return (await import(`data:text/javascript,${code}`)) as T;
}

it.each(["LR", "TB"] as const)(
  "a graph is laid out %s by the bundle as by its sources",
  async (direction) => {
    type Module = { computeLayout: (drawing: GraphDrawing, direction: Direction) => Layout };
    const { computeLayout: inBundle } = await bundled<Module>("../../src/panels/graph/arrange.ts");
    const drawing = drawingOf(REVIEW, new Set());
    expect(inBundle(drawing, direction)).toEqual(computeLayout(drawing, direction));
  },
);
