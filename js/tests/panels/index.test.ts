// @vitest-environment node
// A panel is a folder of its name, and stands in the list once.

import { expect, it } from "vitest";
import { PANELS } from "../../src/panels";

const files = "node:fs"; // not known to TypeScript
const { existsSync, readdirSync } = await import(files);
const folder = new URL("../../src/panels/", import.meta.url);
const folders: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry: { isDirectory: () => boolean }) => entry.isDirectory())
  .map(({ name }: { name: string }) => name);

it("each is listed by the name of its folder", () => {
  expect(PANELS.map(({ id }) => id).sort()).toEqual([...folders].sort());
});

it.each(folders)("%s has a view", (id) => {
  expect(existsSync(new URL(`${id}/view.tsx`, folder))).toBe(true);
});
