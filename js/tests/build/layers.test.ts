// @vitest-environment node
// Imports point one way, types included: a folder knows those before it, never those after it. (That no two files
// import each other is biome's to say: `noImportCycles`.)

import { expect, it } from "vitest";

const LAYERS = [
  "texts",
  "core",
  "state",
  "hooks",
  "components",
  "form",
  "steer",
  "panels",
  "widgets",
  "offline",
  "labextension",
  "loader",
];
/** Without a component, or anything else of Preact's. */
const PURE = ["texts", "core", "state"];
/** Each folder in them is a world of its own. */
const APART = ["panels", "widgets"];

const files = "node:fs"; // not known to TypeScript
const { readdirSync, readFileSync } = await import(files);
const src = new URL("../../src/", import.meta.url);

interface Import {
  readonly from: string;
  readonly to: string;
}

const paths: readonly string[] = readdirSync(src, { recursive: true }).filter((path: string) =>
  /\.tsx?$/.test(path),
);

const imports: readonly Import[] = paths.flatMap((from) => {
  const text: string = readFileSync(new URL(from, src), "utf8");
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map(
    ([, each]) => each as string,
  );
  return specifiers.map((each) => ({
    from,
    to: each.startsWith(".") ? new URL(each, new URL(from, src)).href.slice(src.href.length) : each,
  }));
});

const folderOf = (path: string) => path.split("/")[0] as string;
const apartOf = (path: string) => path.split("/").slice(0, 2).join("/");
const isFolder = (path: string) => path.split("/").length > 2;
const written = ({ from, to }: Import) => `${from} imports ${to}`;

it("every file stands in a layer", () => {
  expect(paths.filter((path) => !LAYERS.includes(folderOf(path)))).toEqual([]);
  expect(imports.length).toBeGreaterThan(500);
});

it("a layer knows only those before it", () => {
  const upwards = imports.filter(
    ({ from, to }) => LAYERS.indexOf(folderOf(to)) > LAYERS.indexOf(folderOf(from)),
  );
  expect(upwards.map(written)).toEqual([]);
});

it.each(PURE)("%s knows no component", (layer) => {
  const drawn = imports.filter(({ from, to }) => folderOf(from) === layer && /^preact\b/.test(to));
  expect(drawn.map(written)).toEqual([]);
});

it.each(APART)("what is in %s knows no other there", (layer) => {
  const across = imports.filter(
    ({ from, to }) =>
      folderOf(from) === layer &&
      folderOf(to) === layer &&
      isFolder(from) &&
      isFolder(to) &&
      apartOf(from) !== apartOf(to),
  );
  expect(across.map(written), "what two share belongs into components, hooks or core").toEqual([]);
});
