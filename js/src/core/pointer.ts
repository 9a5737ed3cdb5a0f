// JSON Pointers (RFC 6901): places in a value, as "/messages/0/content"; the whole value is "". Pure.

/** A place one step deeper. */
export function childPointer(path: string, key: string | number): string {
  return `${path}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The keys and positions on the way to a place. */
export function pointerTokens(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}
