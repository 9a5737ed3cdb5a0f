// One colour per node, the same in every panel and every run: a hash of its name picks it.

/** Eight hues that people with any colour vision can tell apart, after Okabe and Ito; see `style/theme.css`. */
const HUES = 8;

/** The CSS colour of a node's name. */
export function nodeColor(node: string | null | undefined): string {
  return node ? `var(--lgj-node-${hash(node) % HUES})` : "var(--lgj-node-none)";
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value ^ (value >>> 13)) >>> 0;
}
