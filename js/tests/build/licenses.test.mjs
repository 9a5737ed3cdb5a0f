// @vitest-environment node
// What is bundled goes out with its licence: found in what esbuild says of the very bundles.

import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { front, LICENSES } from "../../scripts/build.mjs";
import { foldersOf, licenses } from "../../scripts/licenses.mjs";

test("the text of each bundled package's licence is in the project's file, which is as the build makes it", async () => {
  const { folders } = await front();
  const file = await readFile(LICENSES, "utf8");
  const declared = JSON.parse(await readFile("package.json", "utf8")).dependencies;
  const bundled = await Promise.all(
    folders.map(async (folder) => JSON.parse(await readFile(join(folder, "package.json"), "utf8"))),
  );
  expect(bundled.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(declared)));
  for (const [at, { name, version }] of bundled.entries()) {
    expect(file).toContain(`${name} ${version} (`);
    const own = await readFile(join(folders[at], "LICENSE"), "utf8").catch(
      () => "Copyright (c) Jeremy Danyow",
    );
    expect(file).toContain(own.trim());
  }
  expect(file).toContain("@dagrejs/graphlib"); // which dagre's own bundle holds
  expect(file).toBe(await licenses(folders));
}, 120_000); // it bundles all, on however busy a machine

test("packages of packages count, what leaves no byte does not", () => {
  const inputs = {
    "src/app.tsx": { bytesInOutput: 9 },
    "node_modules/a/dist/a.js": { bytesInOutput: 1 },
    "node_modules/a/node_modules/@b/c/index.js": { bytesInOutput: 1 },
    "node_modules/types/index.js": { bytesInOutput: 0 },
  };
  expect(foldersOf({ outputs: { "widget.js": { inputs } } })).toEqual([
    "node_modules/a",
    "node_modules/a/node_modules/@b/c",
  ]);
});

test("what a package depends on may be in its file: its text goes out too, wherever npm put it", async () => {
  const top = join(await mkdtemp(join(tmpdir(), "packages-")), "node_modules");
  const outer = await packaged(top, "outer", { inner: "1", "@by/beside": "1" });
  await packaged(join(outer, "node_modules"), "inner", { "@by/beside": "1" });
  await packaged(top, "@by/beside", { outer: "1" });
  const said = await licenses([outer]);
  for (const name of ["outer", "inner", "@by/beside"]) expect(said).toContain(`the licence of ${name}`);
  await packaged(top, "outer", { lost: "1" });
  await expect(licenses([outer])).rejects.toThrow("depends on lost, which is not installed");
});

async function packaged(place, name, dependencies) {
  const folder = join(place, name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name, version: "1", license: "MIT", dependencies }),
  );
  await writeFile(join(folder, "LICENSE"), `the licence of ${name}`);
  return folder;
}

test("a package without the text of its licence is not bundled in silence", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bare-"));
  await writeFile(join(folder, "package.json"), '{"name": "bare", "version": "1", "license": "MIT"}');
  await expect(licenses([folder])).rejects.toThrow("bare is bundled and brings no text");
});
