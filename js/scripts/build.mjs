// Builds the bundles and their style sheets into the Python package, and says how big they are.

import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { foldersOf, licenses } from "./licenses.mjs";

const LIMIT = 250_000; // bytes, minified: a widget's bundle travels whole over the comm for each widget

/** What each class of widget brings, a script and the looks that it imports; `js/build.py` lists the names too. */
const BUNDLES = [
  { in: "src/widgets/run/index.ts", out: "widget" },
  { in: "src/widgets/batch/index.ts", out: "batch" },
  { in: "src/widgets/compare/index.ts", out: "compare" },
  { in: "src/widgets/app/index.ts", out: "form" },
];

/** What a widget asks the kernel for when it first needs it, by these names: see `src/core/assets.ts`. */
const ASKED_FOR = [
  { in: "src/panels/graph/arrange.ts", out: "graph_layout" },
  { in: "src/panels/steering.tsx", out: "steering" },
];

const here = fileURLToPath(new URL("..", import.meta.url));
const assets = fileURLToPath(new URL("../../lg_jupyter/assets", import.meta.url));
export const LICENSES = fileURLToPath(new URL("../../THIRD-PARTY-LICENSES", import.meta.url));

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

/** What the built page and the demo page share. */
export const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [lexerOnly],
};

async function main() {
  const { outputs, folders } = await bundles();
  for (const { path, contents } of outputs) {
    await writeFile(path, contents);
    console.log(`${basename(path)}  ${(contents.length / 1000).toFixed(1)} kB`);
    if (path.endsWith(".js") && contents.length > LIMIT) {
      throw new Error(`the bundle has ${contents.length} bytes, more than the ${LIMIT} it may have`);
    }
  }
  await writeFile(LICENSES, await licenses(folders));
}

/** All bundles, and the folders of the packages that they hold parts of. */
export async function bundles() {
  const asked = await bundle(ASKED_FOR);
  const digests = Object.fromEntries(
    asked.outputFiles.map(({ path, hash }) => [basename(path, ".js"), hash]),
  );
  const widgets = await bundle(BUNDLES, { DIGESTS: JSON.stringify(digests) });
  const missing = difference(stylesOf(asked.metafile), stylesOf(widgets.metafile, "widget.css"));
  if (missing.length > 0) {
    throw new Error(
      `looks of a module that do not come with the widget: ${missing}; see src/panels/steering.css`,
    );
  }
  return {
    outputs: [...asked.outputFiles.filter(({ path }) => path.endsWith(".js")), ...widgets.outputFiles],
    folders: [asked, widgets].flatMap(({ metafile }) => foldersOf(metafile)).map((path) => join(here, path)),
  };
}

/** The style sheets that a build, or one file of it, is made of. */
function stylesOf({ outputs }, name = ".css") {
  return Object.entries(outputs).flatMap(([path, { inputs }]) =>
    path.endsWith(name) ? Object.keys(inputs) : [],
  );
}

function difference(all, known) {
  return all.filter((path) => !known.includes(path));
}

function bundle(entryPoints, define = {}) {
  return build({
    ...options,
    entryPoints,
    outdir: assets,
    minify: true,
    legalComments: "none",
    define,
    metafile: true,
    write: false,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
