// How wide texts are, told by the page: where drawing must know before it draws.

/** The width of a text in pixels. */
export type MeasureText = (text: string) => number;

const KNOWN = new Map<string, MeasureText>();
const MOST = 5_000; // texts of one font that are remembered

/** Of a font as CSS writes it: "600 11px sans-serif". Where there is no canvas, by the size alone. */
export function measureTextIn(font: string): MeasureText {
  const known = KNOWN.get(font);
  if (known) return known;
  const pen = document.createElement("canvas").getContext?.("2d") ?? null;
  if (pen) pen.font = font;
  const size = Number(/(\d+(?:\.\d+)?)px/.exec(font)?.[1] ?? 12);
  const widths = new Map<string, number>();
  const measure = (text: string) => {
    const before = widths.get(text);
    if (before !== undefined) return before;
    const width = pen ? pen.measureText(text).width : text.length * size * 0.56;
    if (widths.size >= MOST) widths.clear();
    widths.set(text, width);
    return width;
  };
  KNOWN.set(font, measure);
  return measure;
}
