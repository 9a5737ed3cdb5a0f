// Builds the front end into the Python package, and says how big it is: the loader, which the state of each widget
// holds, and the modules that it loads, which share what more than one of them needs.

import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { foldersOf, licenses } from "./licenses.mjs";
import { lexerOnly, sheets } from "./plugins.mjs";
import { checkSize, inputSizes, rememberSizes } from "./sizes.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const assets = fileURLToPath(new URL("../../lg_jupyter/assets", import.meta.url));
const labextension = fileURLToPath(new URL("../../labextension", import.meta.url));
const project = fileURLToPath(new URL("../../pyproject.toml", import.meta.url));
export const LICENSES = fileURLToPath(new URL("../../THIRD-PARTY-LICENSES", import.meta.url));

/** What the built page and the demo page share. */
export const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  plugins: [lexerOnly, sheets],
};

async function main() {
  const { loader, files, modules, folders, inputs } = await front();
  for (const old of await readdir(assets)) {
    if (/\.(js|css|json)$/.test(old)) await rm(join(assets, old));
  }
  const manifest = JSON.stringify({ release: releaseOf(files), modules });
  for (const [file, text] of Object.entries({ "loader.js": loader, ...files, "modules.json": manifest })) {
    await writeFile(join(assets, file), text);
    console.log(`${file}  ${kilobytes(text)}`);
  }
  await writeFile(LICENSES, await licenses(folders));
  await writeLabextension(releaseOf(files));
  checkSize("loader", loader, {});
  checkSize("run", modules.run.map((file) => files[file]).join(""), inputs);
  rememberSizes(inputs);
}

/**
 * What a prebuilt extension of JupyterLab is beside the files of the front end, which lie in a folder of the release's
 * name. Here they are copied; the wheel takes those of the package (`hatch_build.py`).
 */
async function writeLabextension(release) {
  const [remote] = (
    await write({
      entryPoints: ["src/labextension/index.ts"],
      format: "iife",
      define: { RELEASE: JSON.stringify(release) },
    })
  ).outputFiles;
  const hash = createHash("sha256").update(remote.text).digest("hex").slice(0, 20);
  const entry = `static/remoteEntry.${hash}.js`;
  await rm(labextension, { recursive: true, force: true });
  await mkdir(join(labextension, "static"), { recursive: true });
  await writeFile(join(labextension, entry), remote.text);
  const [, version] = /^version = "(.*)"/m.exec(await readFile(project, "utf8"));
  await writeFile(join(labextension, "package.json"), JSON.stringify(manifestOf(entry, version), null, 2));
  await cp(assets, join(labextension, "static", release), { recursive: true });
  console.log(`labextension/${entry}  ${kilobytes(remote.text)}`);
}

/** Its `package.json`, by which JupyterLab knows it. */
function manifestOf(entry, version) {
  return {
    name: "lg-jupyter",
    version,
    description: "Opens the runs that a notebook keeps without their kernel.",
    license: "MIT",
    jupyterlab: { mimeExtension: true, _build: { load: entry, mimeExtension: "./mimeExtension" } },
  };
}

const kilobytes = (text) => `${(Buffer.byteLength(text) / 1000).toFixed(1)} kB`;

/** The digest of all files, as `lg_jupyter/widgets/bundles.py` computes it. */
function releaseOf(files) {
  const digest = createHash("sha256");
  for (const file of Object.keys(files).sort()) digest.update(`${file}\0${files[file]}\0`);
  return digest.digest("hex").slice(0, 12);
}

/**
 * The loader, the texts of the modules' files, of which files each module is made, and the folders of the packages
 * that they hold parts of. A file that several modules need is named after them, but `frame.js`, which all need.
 * `inputs` are the bytes of each source file in what comes with a first view.
 */
export async function front(root = here) {
  const entries = await entryPoints(root);
  const { metafile } = await bundle(entries, [], root);
  const reached = Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, within(metafile.inputs, path)]),
  );
  const late = Object.keys(entries).filter((name) => name === "run" || !reached.run.includes(entries[name]));
  const frame = reached.run.filter((path) =>
    late.some((name) => name !== "run" && reached[name].includes(path)),
  );
  const built = await bundle(Object.fromEntries(late.map((name) => [name, entries[name]])), frame, root);
  const { files, modules, names } = named(built, late);
  const [loader] = (await write({ entryPoints: ["src/loader/index.ts"] })).outputFiles;
  const folders = [...new Set(foldersOf(built.metafile))].map((path) => join(here, path));
  const inputs = inputSizes(built.metafile, (path) => modules.run.includes(names[basename(path)]));
  return { loader: loader.text, files, modules, folders, inputs, metafile: built.metafile };
}

/** What can be loaded, by name: the widgets, the panels that do not come with the run's, and what few need at once. */
async function entryPoints(root) {
  const found = {
    markdown: "src/components/Markdown.tsx",
    help: "src/components/Help.tsx",
    edit: "src/steer/edit.ts",
    branches: "src/steer/branchViews.tsx",
    resume: "src/steer/ResumeBar.tsx",
    find: "src/components/find.ts",
    value: "src/components/ValueTree.tsx",
    attachments: "src/panels/tokens/Attachments.tsx",
    offline: "src/offline/index.ts",
  };
  for (const [folder, entry] of [
    ["widgets", "index.ts"],
    ["panels", "view.tsx"],
  ]) {
    for (const each of await readdir(join(root, "src", folder), { withFileTypes: true })) {
      if (each.isDirectory()) found[each.name] = `src/${folder}/${each.name}/${entry}`;
    }
  }
  return found;
}

/** The source files that one reaches, each after those that it imports. */
function within(inputs, path, found = new Set()) {
  if (found.has(path)) return [];
  found.add(path);
  const imports = inputs[path].imports.filter((each) => !each.external && each.path in inputs);
  const all = [...imports.flatMap((each) => within(inputs, each.path, found)), path];
  return all.filter((each) => each.startsWith("src/"));
}

/** Modules of these files, each of which begins with all of the `frame`: so that what is in it is one file. */
function bundle(entries, frame, root) {
  const begin = {
    name: "begin",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^module:/ }, ({ path }) => ({ path: path.slice(7), namespace: "module" }));
      onLoad({ filter: /.*/, namespace: "module" }, ({ path }) => {
        const imports = frame.map((each) => `import "./${each}";`);
        return { contents: [...imports, `export * from "./${path}";`].join("\n"), resolveDir: root };
      });
    },
  };
  return write({
    entryPoints: Object.entries(entries).map(([name, path]) => ({ in: `module:${path}`, out: name })),
    absWorkingDir: root,
    plugins: [...options.plugins, begin],
    splitting: true,
  });
}

function write(more) {
  return build({
    ...options,
    outdir: assets,
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    ...more,
  });
}

/** The files of a build by their names, and those of each module, each after those that it imports. */
function named({ outputFiles, metafile }, modules) {
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, { imports }]) => [
      basename(path),
      imports.map((each) => basename(each.path)),
    ]),
  );
  const closure = (file) => [...new Set([...outputs[file].flatMap(closure), file])];
  const made = Object.fromEntries(modules.map((name) => [name, closure(`${name}.js`)]));
  const names = Object.fromEntries(
    Object.keys(outputs).map((file) => {
      const users = modules.filter((name) => made[name].includes(file));
      return [file, users.length === modules.length ? "frame.js" : `${users.sort().join("-")}.js`];
    }),
  );
  const link = (text) => text.replace(/"\.\/([\w-]+\.js)"/g, (_, file) => `"./${names[file]}"`);
  return {
    files: Object.fromEntries(outputFiles.map(({ path, text }) => [names[basename(path)], link(text)])),
    modules: Object.fromEntries(modules.map((name) => [name, made[name].map((file) => names[file])])),
    names,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
