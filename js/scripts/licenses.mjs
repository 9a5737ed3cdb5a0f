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
  const { name, version, license, author } = await manifest(folder);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  if (!files.length && license === "MIT" && author) texts.push(mit(author.name ?? author));
  if (!texts.length) throw new Error(`${name} is bundled and brings no text of its licence (${license})`);
  return { title: `${name} ${version} (${license})`, texts: texts.map((text) => `${text.trim()}\n`) };
}

const manifest = async (folder) => JSON.parse(await readFile(join(folder, "package.json"), "utf8"));

/** The licence of a package that names it and its author, but brings no text of it. */
const mit = (author) => `MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
