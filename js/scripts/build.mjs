// Builds the one bundle and its style sheet into the Python package, and says how big they are.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const LIMIT = 250_000; // bytes, minified: the bundle travels whole over the comm for each widget

const here = fileURLToPath(new URL("..", import.meta.url));
const assets = fileURLToPath(new URL("../../lg_jupyter/assets", import.meta.url));

/** What the built page and the demo page share. */
export const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
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
