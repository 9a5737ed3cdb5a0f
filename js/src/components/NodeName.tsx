import type { JSX } from "preact";
import { nodeColor } from "../colors";
import { namespaceLabel, namespacePath } from "../format";

/** A node's name with its colour. */
export function NodeName({ node, label }: { node: string | null; label?: string }): JSX.Element {
  if (!node) return <span class="lgj-muted">–</span>;
  return (
    <span class="lgj-node" title={node}>
      <i class="lgj-swatch" style={{ background: nodeColor(node) }} />
      <span class="lgj-clip">{label ?? node}</span>
    </span>
  );
}

/** The path of a namespace; its raw form, with the task ids, on hover. */
export function NamespacePath({ namespace }: { namespace: string }): JSX.Element {
  const names = namespacePath(namespace);
  if (names.length === 0) return <span class="lgj-muted">root</span>;
  return (
    <span class="lgj-path" title={namespace}>
      {namespaceLabel(namespace)}
    </span>
  );
}
