// @vitest-environment node
// Whether the colours of nodes can be seen, and told apart with any colour vision.

import { describe, expect, it } from "vitest";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const files = "node:fs"; // not known to TypeScript
const { readFileSync } = await import(files);
const css: string = readFileSync(new URL("../../src/components/theme.css", import.meta.url), "utf8");

const pairs = [...css.matchAll(/--lgj-node-\d: light-dark\((#\w{6}), (#\w{6})\)/g)];

/** By theme, the colours and the background that JupyterLab gives to a notebook. */
const THEMES = [
  { theme: "light", page: "#ffffff", palette: pairs.map((pair) => pair[1] ?? "") },
  { theme: "dark", page: "#212121", palette: pairs.map((pair) => pair[2] ?? "") },
];

/** For linear RGB, of the severity 1: Machado, Oliveira, Fernandes, IEEE TVCG 15 (6), 2009, table 1. */
const VISIONS: readonly (readonly [string, Matrix])[] = [
  [
    "every colour",
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  ],
  [
    "no red (protanopia)",
    [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
  ],
  [
    "no green (deuteranopia)",
    [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  ],
  [
    "no blue (tritanopia)",
    [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  ],
];

/** Linear light of a colour of sRGB. */
function linear(hex: string): Triple {
  const part = (from: number) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function times(matrix: Matrix, [x, y, z]: Triple): Triple {
  const [one, two, three] = matrix.map(([a, b, c]) => a * x + b * y + c * z);
  return [one as number, two as number, three as number];
}

/** The ratio of WCAG 2. */
function contrast(one: string, other: string): number {
  const [a, b] = [one, other].map((hex) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  }) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}

/** Oklab, after Ottosson 2020: the same distance looks about equally far anywhere. */
function oklab(rgb: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map(Math.cbrt) as unknown as Triple,
  );
}

/** What a colour looks like to who sees so. */
function seen(hex: string, vision: Matrix): Triple {
  const inGamut = times(vision, linear(hex)).map((part) => Math.min(1, Math.max(0, part)));
  return oklab(inGamut as unknown as Triple);
}

function distance(one: Triple, other: Triple): number {
  return Math.hypot(...one.map((part, nth) => part - (other[nth] as number)));
}

describe.each(THEMES)("the colours of nodes, $theme", ({ page, palette }) => {
  it("stand out from the page as WCAG 2 asks of graphics; those that are also of text, as of text", () => {
    expect(palette).toHaveLength(8);
    for (const [nth, hex] of palette.entries()) {
      expect(contrast(hex, page), hex).toBeGreaterThanOrEqual(nth < 2 ? 4.5 : 3);
    }
  });

  it.each(VISIONS)("differ to eyes that see %s", (_, vision) => {
    const colors = palette.map((hex) => ({ hex, as: seen(hex, vision) }));
    for (const [nth, one] of colors.entries()) {
      for (const other of colors.slice(0, nth)) {
        expect(distance(one.as, other.as), `${one.hex} ${other.hex}`).toBeGreaterThan(0.11);
      }
    }
  });
});
