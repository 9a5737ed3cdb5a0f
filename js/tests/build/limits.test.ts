// @vitest-environment node
// Functions short enough to see, files short enough to hold in the head. That code is indented as it nests is the
// formatter's to see to, so that a function ends at the next line that is not deeper than its first.

import { expect, it } from "vitest";

const GENERATED = "// Made by `python -m";

const LINES = { file: 400, component: 100, function: 60 };

const FUNCTION =
  /^(export )?(default )?(async )?function\b|=> \{$|^(static |async |override |get |set |\*)*#?\w+\(.*\{$/;
const STATEMENT = /^(if|else|for|while|switch|try|catch|do|return|describe|it)\b/;

const files = "node:fs"; // not known to TypeScript
const { readdirSync, readFileSync } = await import(files);
const js = new URL("../../", import.meta.url);

function textsOf(folder: string, names: RegExp): [path: string, lines: string[]][] {
  const found: string[] = readdirSync(new URL(folder, js), { recursive: true });
  return found
    .filter((path) => names.test(path))
    .map((path) => [
      path,
      readFileSync(new URL(`${folder}/${path}`, js), "utf8")
        .trimEnd()
        .split("\n"),
    ]);
}

interface Measured {
  readonly name: string;
  readonly lines: number;
  readonly isComponent: boolean;
}

function* functionsIn([path, lines]: [string, string[]]): Generator<Measured> {
  for (const [at, line] of lines.entries()) {
    const code = line.trimStart();
    if (!FUNCTION.test(code) || STATEMENT.test(code)) continue;
    const indent = line.length - code.length;
    const isDeeper = (each: string) => each === "" || each.startsWith(" ".repeat(indent + 1));
    const end = lines.findIndex((each, index) => index > at && !isDeeper(each) && !each.endsWith("{"));
    const name = /function\*? (\w+)|(\w+) = |^[\w ]*?#?(\w+)\(/.exec(code)?.slice(1).find(Boolean) ?? code;
    yield {
      name: `${path}:${at + 1} ${name}`,
      lines: end - at + 1,
      isComponent: path.endsWith(".tsx") && /^[A-Z]/.test(name),
    };
  }
}

const measured = textsOf("src", /\.tsx?$/).flatMap((each) => [...functionsIn(each)]);

it("functions are found", () => {
  expect(measured.length).toBeGreaterThan(1000);
  expect(measured.find(({ name }) => name.endsWith(" lanesOf"))?.lines).toBeGreaterThan(10);
});

it("no component is too long to see", () => {
  const long = measured.filter(({ isComponent, lines }) => isComponent && lines > LINES.component);
  expect(long).toEqual([]);
});

it("no function is too long to see", () => {
  const long = measured.filter(({ isComponent, lines }) => !isComponent && lines > LINES.function);
  expect(long).toEqual([]);
});

it.each(["src", "tests", "fixtures", "demo", "scripts"])("no file of %s is too long", (folder) => {
  const written = textsOf(folder, /\.(tsx?|mjs|css)$/).filter(([, [first]]) => !first?.startsWith(GENERATED));
  const long = written.filter(([, lines]) => lines.length > LINES.file);
  expect(long.map(([path, lines]) => `${path}: ${lines.length}`)).toEqual([]);
});
