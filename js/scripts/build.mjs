// Builds the one bundle and its style sheet into the Python package, and says how big they are.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const LIMIT = 250_000; // bytes, minified: the bundle travels whole over the comm for each widget

const here = fileURLToPath(new URL("..", import.meta.url));
const assets = fileURLToPath(new URL("../../lg_jupyter/assets", import.meta.url));

/**
 * Only marked's lexer is used. But its module makes a whole parser with a renderer when it is loaded, which no
 * bundler may leave out: so the end of the module, where that happens, is.
 */
const lexerOnly = {
  name: "lexer-only",
  setup({ onLoad }) {
    onLoad({ filter: /marked\.esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const lexer = /export\{[^}]*?([\w$]+) as Lexer\b/.exec(whole)?.[1];
      const end = whole.search(/;var [\w$]+=new [\w$]+;function /);
      if (!lexer || end < 0) throw new Error("marked's module is not what it was: look at lexerOnly");
      return { contents: `${whole.slice(0, end)};export{${lexer} as Lexer};`, loader: "js" };
    });
  },
};

/**
 * dagre comes with all of graphlib's algorithms in objects that are filled when it is loaded, which no bundler
 * may leave out either: so they are filled with what is used of them.
 */
const usedOnly = {
  name: "used-only",
  setup({ onLoad }) {
    onLoad({ filter: /dagre\.esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const filling = /\b([\w$]+)\(([\w$]+),\{((?:[\w$]+:\(\)=>[\w$]+,?)+)\}\)/g;
      const contents = whole.replace(filling, (_, fill, name, members) => {
        const used = membersUsed(whole, name);
        const kept = members.split(",").filter((member) => used.has(member.split(":")[0]));
        return `${fill}(${name},{${kept.join(",")}})`;
      });
      return { contents, loader: "js" };
    });
  },
};

/** The members that a module takes of one of its objects: `name.member`, `{member:local}=name`. */
function membersUsed(whole, name) {
  const plain = name.replaceAll("$", "\\$");
  const dotted = [...whole.matchAll(new RegExp(`(?<![\\w$.])${plain}\\.([\\w$]+)`, "g"))].map(
    ([, member]) => member,
  );
  const taken = [...whole.matchAll(new RegExp(`\\{([^{}]*)\\}=${plain}(?![\\w$.(])`, "g"))]
    .flatMap(([, members]) => members.split(","))
    .map((member) => member.split(":")[0]);
  return new Set([...dotted, ...taken]);
}

/** What the built page and the demo page share. */
export const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [lexerOnly, usedOnly],
};

async function main() {
  const result = await build({
    ...options,
    entryPoints: [
      { in: "src/index.ts", out: "widget" },
      { in: "src/style/index.css", out: "widget" },
    ],
    outdir: assets,
    minify: true,
    legalComments: "none",
    metafile: true,
  });
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) {
    console.log(`${file.split("/").at(-1)}  ${(bytes / 1000).toFixed(1)} kB`);
    if (file.endsWith(".js") && bytes > LIMIT) {
      throw new Error(`the bundle has ${bytes} bytes, more than the ${LIMIT} it may have`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
