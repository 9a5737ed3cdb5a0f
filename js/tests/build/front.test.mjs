// @vitest-environment node
// What the build makes: a small loader, modules that share one frame, and every import among what comes with it.

import { readdir, readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { front } from "../../scripts/build.mjs";
import { apart } from "../../scripts/plugins.mjs";

let built;
beforeAll(async () => {
  built = await front();
}, 120_000);

test("a file imports only what comes before it in each module that it belongs to", () => {
  for (const [name, files] of Object.entries(built.modules)) {
    files.forEach((file, at) => {
      const imported = [...built.files[file].matchAll(/(?:from|import)"(\.[^"]+)"/g)].map(([, each]) => each);
      const before = files.slice(0, at).map((each) => `./${each}`);
      expect(before, `${file} in ${name}`).toEqual(expect.arrayContaining(imported));
    });
  }
});

test("every file is of a module, and a panel's own code is in no other's", () => {
  expect(Object.keys(built.files).sort()).toEqual([...new Set(Object.values(built.modules).flat())].sort());
  const having = (text) => Object.keys(built.files).filter((file) => built.files[file].includes(text));
  expect(having("Critical path")).toEqual(["timeline.js"]);
  expect(having("Open subgraphs")).toEqual(["graph.js"]);
  expect(having("prefers-reduced-motion").length).toBeGreaterThan(0); // looks come with what they are the looks of
  expect(having(".lgj-tl-summary")).toEqual(["timeline.js"]);
});

test.each(["Stopped at a breakpoint", "lgj-resume-why", "lgj-refusal", "Zoom out"])(
  "what most first views do not need comes when it is needed: %s",
  (late) => {
    const having = Object.keys(built.files).filter((file) => built.files[file].includes(late));
    expect(having.length).toBeGreaterThan(0);
    expect(built.modules.run.filter((file) => having.includes(file))).toEqual([]);
  },
);

test("files can be put together as text: imports at the beginning, one list of exports at the end", () => {
  for (const [file, text] of Object.entries(built.files)) {
    const [begin] = /^(?:import(?:\{[^}]*\}from)?"\.\/[\w-]+\.js";)*/.exec(text);
    const rest = text.slice(begin.length).replace(/export\{[^}]*\};?\s*$/, "");
    expect(rest, file).not.toMatch(/(?:^|[;}])(?:import|export)(?:[{*"]|\s*\()|import\.meta|lgJupyterFiles/);
    expect(rest, file).not.toContain("\r");
  }
});

test("what files export never changes, so that it can be handed on as values", async () => {
  const sources = (await readdir(new URL("../../src/", import.meta.url), { recursive: true })).filter(
    (path) => /\.tsx?$/.test(path),
  );
  for (const path of sources) {
    const text = await readFile(new URL(`../../src/${path}`, import.meta.url), "utf8");
    expect(text, path).not.toMatch(/^export (?:let|var) /m);
  }
});

test("the loader stands by itself", () => {
  expect(built.loader).not.toMatch(/(?:from|import)"/);
});

test("@keyframes stand beside the rules, which stand within another", () => {
  const sheet = ".a{color:red}@keyframes b{0%{top:0}to{top:1px}}@media print{.c{top:0}}";
  expect(apart(sheet)).toEqual({
    rules: ".a{color:red}@media print{.c{top:0}}",
    frames: "@keyframes b{0%{top:0}to{top:1px}}",
  });
});
