// How big the front end may be, and what makes it bigger than that.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Bytes, minified: what each widget's state holds, and what comes with a kernel's first view of a run. */
export const LIMITS = { loader: 3_000, run: 150_000 };

/** The inputs of the last build that was small enough, to see which grew. */
const LAST = fileURLToPath(new URL("../../build/inputs.json", import.meta.url));

const LISTED = 8; // inputs that an error names

/** The bytes of each source file in these outputs of a build. */
export function inputSizes(metafile, isTaken) {
  const sizes = {};
  for (const [path, { inputs }] of Object.entries(metafile.outputs)) {
    if (!isTaken(path)) continue;
    for (const [input, { bytesInOutput }] of Object.entries(inputs))
      if (bytesInOutput > 0) sizes[input] = (sizes[input] ?? 0) + bytesInOutput;
  }
  return sizes;
}

/** Throws where a text is bigger than it may be, and says what of its `inputs` grew since it was not. */
export function checkSize(name, text, inputs, last = readSizes()) {
  const bytes = Buffer.byteLength(text);
  if (bytes <= LIMITS[name]) return;
  const why = [
    ["It grew by", list(inputs, last, "+")],
    ["The largest of it are", list(inputs, {}, "")],
  ];
  throw new Error(
    [
      `${name} has ${bytes} bytes, more than the ${LIMITS[name]} it may.`,
      ...why.filter(([, found]) => found).map(([begin, found]) => `${begin} ${found}.`),
      "What a first view does not need is loaded when it is first used: see docs/front-end.md.",
    ].join("\n"),
  );
}

/** The inputs that are most above the `base`; of no base at all, nothing can have grown. */
function list(inputs, base, sign) {
  if (base === null) return "";
  return Object.entries(inputs)
    .map(([path, bytes]) => [path, bytes - (base[path] ?? 0)])
    .filter(([, more]) => more > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, LISTED)
    .map(([path, more]) => `${path} (${sign}${more})`)
    .join(", ");
}

export function rememberSizes(inputs) {
  mkdirSync(dirname(LAST), { recursive: true });
  writeFileSync(LAST, JSON.stringify(inputs));
}

function readSizes() {
  try {
    return JSON.parse(readFileSync(LAST, "utf8"));
  } catch {
    return null;
  }
}
