// Writes the demo page into a folder: `node scripts/demo.mjs FOLDER`.

import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { options } from "./build.mjs";

const folder = process.argv[2];
const here = join(dirname(fileURLToPath(import.meta.url)), "..", "demo");
await build({ ...options, entryPoints: [{ in: join(here, "demo.ts"), out: "demo" }], outdir: folder });
for (const name of ["index.html", "page.css"]) await copyFile(join(here, name), join(folder, name));
