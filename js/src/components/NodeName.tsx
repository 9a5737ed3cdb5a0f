import type { JSX } from "preact";
import { namespaceNames } from "../core/namespace";
import { useView } from "../hooks/context";
import { useNamespacePath } from "../hooks/store";
import { VALUES } from "../texts/frame";
import "./NodeName.css";

/** The mark of a node: its colour, and a shape where colours repeat. */
export function NodeMark({ node }: { node: string | null }): JSX.Element {
  const { color, shape } = useView().store.marks.markOf(node);
  return <i class={`lgj-mark lgj-mark-${shape}`} style={{ background: color }} />;
}

/** A node's name with its mark. */
export function NodeName({ node, label }: { node: string | null; label?: string }): JSX.Element {
  if (!node) return <span class="lgj-muted">–</span>;
  return (
    <span class="lgj-node" title={node}>
      <NodeMark node={node} />
      <span class="lgj-clip">{label ?? node}</span>
    </span>
  );
}

interface PlaceProps {
  readonly namespace: string;
  readonly node: string | null;
  /** All visits of the subgraph are meant. */
  readonly everyVisit?: boolean;
}

/** Where something happened: the path of the namespace, and the node in it. */
export function Place({ namespace, node, everyVisit = false }: PlaceProps): JSX.Element {
  const visit = useNamespacePath(namespace);
  const names = everyVisit ? namespaceNames(namespace) : visit;
  if (node === null) return <NamespacePath namespace={namespace} />;
  return (
    <span class="lgj-node" title={[namespace, node].filter(Boolean).join("|")}>
      <NodeMark node={node} />
      {names.length > 0 ? <span class="lgj-path lgj-clip">{names.join(" › ")} ›</span> : null}
      <span class="lgj-place-node">{node}</span>
    </span>
  );
}

/** The path of a namespace; its raw form, with the task ids, on hover. */
export function NamespacePath({ namespace }: { namespace: string }): JSX.Element {
  const names = useNamespacePath(namespace);
  if (names.length === 0) return <span class="lgj-muted">{VALUES.root}</span>;
  return (
    <span class="lgj-path" title={namespace}>
      {names.join(" › ")}
    </span>
  );
}
