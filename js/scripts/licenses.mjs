// The licences of the packages that the bundles hold parts of: all ask that their text goes with the code.

import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const PREFACE = `The front end of lg_jupyter (lg_jupyter/assets) holds code of these packages:
`;

const RULE = "=".repeat(80);

/** The folders of the packages that a bundle of this metafile holds parts of. */
export function foldersOf({ outputs }) {
  const held = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return held.flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
}

/** What THIRD-PARTY-LICENSES says of the packages in these folders, and of those that they may hold parts of. */
export async function licenses(folders) {
  const packages = await Promise.all([...(await withTheirs(folders))].map(read));
  packages.sort((a, b) => (a.title < b.title ? -1 : 1));
  const parts = packages.map(({ title, texts }) => [RULE, title, RULE, "", ...texts].join("\n"));
  return [PREFACE, ...packages.map(({ title }) => `- ${title}`), "", ...parts].join("\n");
}

/** A package may be a bundle itself, of what it depends on: dagre has graphlib in its one file. */
async function withTheirs(folders, found = new Set()) {
  for (const folder of folders.filter((folder) => !found.has(folder))) {
    found.add(folder);
    const { dependencies = {} } = await manifest(folder);
    await withTheirs(
      Object.keys(dependencies).map((name) => installed(name, folder)),
      found,
    );
  }
  return found;
}

/** Where npm put what a package depends on. */
function installed(name, folder) {
  const parts = folder.split(/(?<=node_modules)\//);
  const places = parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
  const found = [`${folder}/node_modules`, ...places.reverse()].find((place) =>
    existsSync(join(place, name, "package.json")),
  );
  if (!found) throw new Error(`${folder} depends on ${name}, which is not installed`);
  return join(found, name);
}

async function read(folder) {
  const { name, version, license } = await manifest(folder);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  if (!files.length) throw new Error(`${name} is bundled and brings no text of its licence (${license})`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return { title: `${name} ${version} (${license})`, texts: texts.map((text) => `${text.trim()}\n`) };
}

const manifest = async (folder) => JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
