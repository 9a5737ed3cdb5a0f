// @vitest-environment node
// The words of the page stand in `src/texts`, each short; components have none of their own.

import { describe, expect, it } from "vitest";

/** Words of a text that explains nothing; that is under a key `explain`. */
const LONGEST = 12;

/** What has its texts in `src/texts`: components, and of what forms and answers are made of all code. */
const MOVED = [/^(components|panels|widgets)\/.*\.tsx$/, /^(steer|form)\/.*\.tsx?$/];

/** No words of the page: a status of the kernel's, and code. */
const DATA = ['"answered elsewhere"', '"import lg_jupyter; "'];

const files = "node:fs"; // not known to TypeScript
const { readdirSync, readFileSync } = await import(files);
const src = new URL("../../src/", import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, src), "utf8");
const all: string[] = readdirSync(src, { recursive: true });
const components = all.filter((path) => MOVED.some((each) => each.test(path)));

/** What a reader would see of a component's source: texts of elements, labels, sentences. */
const LITERALS = [
  /\b(?:title|aria-label|aria-valuetext|label|placeholder|alt|hint)=(?:"[^"]*[A-Za-z]{2}|\{[^{}\n]*["`][^"`\n]*[A-Za-z]{3} )/g,
  /(?<![=\s])>\s*[A-Za-z…][^<>{}=;()]*(?=[<{])/g,
  /["`](?:[A-Z][a-z]+|[a-z]+) [a-z][^"`\n]*["`]/g,
];

function literalsIn(source: string): string[] {
  const code = source
    .replace(/^import [^;]*;/gm, "")
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$| \/\/ .*$/gm, "")
    .replace(/<[A-Z]\w*(?:<[^<>()]*>)+/g, "") // types
    .replace(/\s+class(?:Name)?=(?:"[^"]*"|\{`[^`]*`\})|\brel="[^"]*"/g, "");
  return LITERALS.flatMap((pattern) => [...code.matchAll(pattern)])
    .map(([found]) => found.replace(/\s+/g, " "))
    .filter((found) => !found.includes("lgj-") && !DATA.includes(found));
}

it("no component has a text of its own", () => {
  expect(components.length).toBeGreaterThan(25);
  const found = components.map((path) => [path, literalsIn(textOf(path))] as const);
  expect(found.filter(([, literals]) => literals.length > 0)).toEqual([]);
});

it.each([
  '<p class="lgj-hint">Loading…</p>',
  '<button title="Send it">',
  '<input aria-label={"Answer to it"} />',
  'return problem("is not decided");',
  "<b>\n  Run on\n</b>",
])("a text of a component's own would be found: %s", (code) => {
  expect(literalsIn(code)).not.toEqual([]);
});

type Texts = {
  readonly [key: string]: string | readonly unknown[] | ((...args: string[]) => string) | Texts;
};

/** All texts, by the way to each; what is filled in is one word. */
function* textsIn(texts: Texts | readonly unknown[], way: string): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") yield [`${way}.${key}`, value];
    else if (typeof value === "function") yield [`${way}.${key}`, value("it", "it")];
    else yield* textsIn(value as Texts, `${way}.${key}`);
  }
}

/** All texts of a file, by its name and the way to each. */
async function textsOf(file: string): Promise<(readonly [string, string])[]> {
  const texts = await import(`../../src/texts/${file}.ts`);
  return [...textsIn(texts as Texts, file)];
}

describe("a text", async () => {
  const inFiles = all.filter((path) => path.startsWith("texts/")).map((path) => path.slice(6, -3));
  const texts = (await Promise.all(inFiles.map(textsOf))).flat();

  it("is short, unless it explains", () => {
    expect(texts.length).toBeGreaterThan(90);
    const long = texts.filter(
      ([way, text]) => !way.includes(".explain.") && text.split(/\s+/).filter(Boolean).length > LONGEST,
    );
    expect(long).toEqual([]);
  });

  it("is used", () => {
    const code = all
      .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("texts/"))
      .map(textOf)
      .join("\n");
    const ways = texts.map(([way]) => way.split(".").slice(1).join(".")).filter((way) => !/\.\d/.test(way));
    // By its own name, or with those beside it: `TEXTS.columns[name]`, `const COLUMNS = TEXTS.columns;`.
    const groupOf = (way: string) => `${way.slice(0, way.lastIndexOf("."))}`;
    const inGroup = (way: string) =>
      groupOf(way).includes(".") &&
      ["[", ")", ";", "}"].map((end) => `${groupOf(way)}${end}`).some((use) => code.includes(use));
    expect(ways.filter((way) => !code.includes(way) && !inGroup(way))).toEqual([]);
  });
});
