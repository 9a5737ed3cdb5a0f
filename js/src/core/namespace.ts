// What the name of a namespace says: nobody else takes one apart. Pure; `lg_jupyter/events/namespace.py` is the same
// for the kernel.
//
// A namespace is segments joined by "|", "" at the root. A segment is `node:task_id`, the task that runs the graph, or
// `node` alone where nobody knows the task. A segment of digits counts: "1" is the second graph that the task of the
// segment before runs, beside the first one.

export interface Segment {
  /** As it stands in the namespace. */
  readonly text: string;
  /** Empty where it is an ordinal. */
  readonly node: string;
  readonly taskId: string | null;
  readonly ordinal: number | null;
  /** Of the graph that it leads to. */
  readonly namespace: string;
}

const known = new Map<string, readonly Segment[]>();
const MOST_KNOWN = 4096;

/** What a namespace is made of, from the outside in; nothing of the root. */
export function namespaceSegments(namespace: string): readonly Segment[] {
  const found = known.get(namespace);
  if (found) return found;
  let here = "";
  const made = (namespace ? namespace.split("|") : []).map((text): Segment => {
    here = here ? `${here}|${text}` : text;
    if (/^\d+$/.test(text)) return { text, node: "", taskId: null, ordinal: Number(text), namespace: here };
    const colon = text.lastIndexOf(":");
    const [node, taskId] = colon < 0 ? [text, null] : [text.slice(0, colon), text.slice(colon + 1)];
    return { text, node, taskId, ordinal: null, namespace: here };
  });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(namespace, made);
  return made;
}

/** The nodes on the way to a namespace. */
export function nodesOnPath(namespace: string): string[] {
  return namespaceSegments(namespace).flatMap(({ node, ordinal }) => (ordinal === null ? [node] : []));
}

/** Whether a task is around what is in a namespace. */
export function isInsideTask(namespace: string, taskId: string): boolean {
  return namespaceSegments(namespace).some((segment) => segment.taskId === taskId);
}

/** Whether a namespace is this one or one inside it; nothing but the root itself is within the root. */
export function isWithinNamespace(namespace: string, outer: string): boolean {
  return namespace === outer || (outer !== "" && namespace.startsWith(`${outer}|`));
}

/** The names of the graphs that have one, by their namespaces. */
export type GraphNames = ReadonlyMap<string, string>;

const NO_NAMES: GraphNames = new Map();

/** The names on the way to a namespace, as a reader knows them; the second graph of one task is "name #2". */
export function namespaceNames(namespace: string, graphs: GraphNames = NO_NAMES): string[] {
  return namespaceNamesBy(namespace, ({ namespace: here, node }) => graphs.get(here) ?? node, graphs);
}

/** The same, with `nameOf` for all but further graphs of one task that have no name of their own. */
export function namespaceNamesBy(
  namespace: string,
  nameOf: (segment: Segment) => string,
  graphs: GraphNames = NO_NAMES,
): string[] {
  const names: string[] = [];
  for (const segment of namespaceSegments(namespace)) {
    if (segment.ordinal === null) names.push(nameOf(segment));
    else {
      const before = names.pop() ?? "";
      names.push(graphs.get(segment.namespace) ?? `${before} #${segment.ordinal + 1}`.trimStart());
    }
  }
  return names;
}

/** A namespace as one line: "mid › inner"; the root has a name of its own. */
export function namespaceLabel(namespace: string, root = "root"): string {
  return namespaceNames(namespace).join(" › ") || root;
}
