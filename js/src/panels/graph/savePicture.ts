// A drawing becomes a file on the reader's machine, by the page alone.

import type { ResolveColor } from "./svg";

const PIXELS = 2; // of a picture, for each of the drawing

/** Reads colours as an element of the page has them. */
export function colorResolver(element: HTMLElement): ResolveColor {
  const known = new Map<string, string>();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (css) => {
    const before = known.get(css);
    if (before !== undefined) return before;
    const probe = element.appendChild(document.createElement("i"));
    probe.style.color = css;
    const computed = getComputedStyle(probe).color;
    probe.remove();
    const color = pen ? hexOf(pen, computed) : computed; // editors of SVG do not know color(srgb …)
    known.set(css, color);
    return color;
  };
}

function hexOf(pen: CanvasRenderingContext2D, color: string): string {
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => (part ?? 0).toString(16).padStart(2, "0")).join("")}`;
}

/** The same as pixels. */
export async function renderPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PIXELS;
  canvas.height = image.naturalHeight * PIXELS;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The drawing is too large for a PNG here: save it as SVG.");
  return blob;
}

export function downloadFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
