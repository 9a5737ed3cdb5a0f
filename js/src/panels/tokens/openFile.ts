// A file that a message holds, opened by the browser or put where downloads go.

import type { FileData } from "../../core/blocks";

/** Types that open in a page of their own. Nothing that could run a script: the page has the notebook's origin. */
const OPENED = /^(application\/pdf|image\/(png|jpe?g|gif|webp|avif|bmp)|audio\/[\w.-]+|video\/[\w.-]+)$/i;

/** Whether a file opens; else it is downloaded. */
export function opensInBrowser(mime: string | null): boolean {
  return mime !== null && OPENED.test(mime);
}

/** Opens a file, or downloads it. Its data are made a file only now. */
export function openFile({ base64, mime, name }: FileData): void {
  const opened = opensInBrowser(mime);
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const type = opened ? (mime as string) : "application/octet-stream";
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = url;
  if (opened) link.target = "_blank";
  else link.download = name ?? "file";
  link.rel = "noopener";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
