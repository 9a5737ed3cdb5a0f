// @vitest-environment node
// What comes with a first view has room for another panel, and a build that is too big says by what.

import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { front } from "../../scripts/build.mjs";
import { checkSize, LIMITS } from "../../scripts/sizes.mjs";

const js = fileURLToPath(new URL("../../", import.meta.url));
const templates = fileURLToPath(new URL("../../../tools/templates/js/src/", import.meta.url));

const bytesOf = ({ files, modules }) =>
  modules.run.reduce((sum, file) => sum + Buffer.byteLength(files[file]), 0);

/** What a template is under a name that no panel has. */
const renamed = (text) =>
  text.replaceAll("failures", "another").replaceAll("FAILURES", "ANOTHER").replaceAll("Failures", "Another");

describe("with the panel that `make panel` begins", () => {
  let root;
  let before;
  let after;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "lgj-"));
    await cp(join(js, "src"), join(root, "src"), { recursive: true });
    await symlink(join(js, "node_modules"), join(root, "node_modules"));
    for (const each of await readdir(templates, { recursive: true, withFileTypes: true })) {
      if (!each.isFile()) continue;
      const from = join(each.parentPath, each.name);
      const to = join(root, "src", renamed(from.slice(templates.length)));
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, renamed(await readFile(from, "utf8")));
    }
    const index = join(root, "src/panels/index.ts");
    const text = await readFile(index, "utf8");
    const listed = text.replace("\n];", "\n  another,\n];");
    await writeFile(index, `import { another } from "./another/panel";\n${listed}`);
    [before, after] = [await front(), await front(root)];
  }, 120_000);
  afterAll(() => rm(root, { recursive: true }));

  test("a first view is as small as it may be", () => {
    expect(after.modules.another).toContain("another.js");
    expect(bytesOf(after)).toBeLessThanOrEqual(LIMITS.run);
  });

  test("the panel adds a tab to it, and no more", () => {
    const added = Object.keys(after.inputs).filter(
      (path) => path.startsWith("src/") && !(path in before.inputs),
    );
    expect(added).toEqual(["src/panels/another/panel.ts"]);
    expect(bytesOf(after) - bytesOf(before)).toBeLessThan(400);
  });
});

test("panels bring no more than their tabs, but for that of tokens and what counts plans", async () => {
  const { inputs } = await front();
  const brought = Object.keys(inputs).filter((path) => /^src\/panels\/(?!tokens\/)\w+\//.test(path));
  const others = brought.filter((path) => !path.endsWith("/panel.ts"));
  expect(others).toEqual(["src/panels/memory/planValues.ts"]);
}, 120_000);

test("a build that is too big names what grew, and what is largest", () => {
  const check = (last) => () =>
    checkSize("run", "x".repeat(LIMITS.run + 1), { "src/a.ts": 900, "src/b.ts": 50 }, last);
  expect(check({ "src/a.ts": 900 })).toThrow(
    "150001 bytes, more than the 150000 it may.\nIt grew by src/b.ts (+50).",
  );
  expect(check(null)).toThrow("may.\nThe largest of it are src/a.ts (900), src/b.ts (50).");
  expect(() => checkSize("run", "x", {})).not.toThrow();
});
