/** Only what leads to a page: no script, no data, nothing relative to the notebook. */
export function isWebUrl(href: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(href).protocol);
  } catch {
    return false;
  }
}
