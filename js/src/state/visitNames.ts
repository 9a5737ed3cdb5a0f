// Which visit of its subgraph a namespace is: parallel sends and loops run several graphs of one path. Pure.

import { type GraphNames, namespaceNamesBy, type Segment, namespaceSegments } from "../core/namespace";
import type { NamespaceRow } from "../core/schema";

export class VisitNames {
  #numbers = new Map<string, number>(); // by namespace
  #counts = new Map<string, number>(); // by parent, node and name
  readonly #names: GraphNames;

  constructor(rows: readonly NamespaceRow[]) {
    this.#names = customSubgraphNames(rows);
    for (const { namespace } of rows) for (const segment of namespaceSegments(namespace)) this.#meet(segment);
  }

  /** The names on the way to a namespace, as a reader knows them; where there are several, "name #2". */
  numberedPath(namespace: string): string[] {
    const nameOf = (segment: Segment) => {
      const { namespace: here, node } = segment;
      const name = this.#names.get(here) ?? node;
      const several = (this.#counts.get(this.#kindOf(segment)) ?? 0) > 1;
      return several ? `${name} #${this.#numbers.get(here)}` : name;
    };
    return namespaceNamesBy(namespace, nameOf, this.#names);
  }

  #meet(segment: Segment): void {
    const { namespace, ordinal } = segment;
    if (ordinal !== null || this.#numbers.has(namespace)) return;
    const kind = this.#kindOf(segment);
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    this.#numbers.set(namespace, number);
  }

  /** Where a subgraph stands, which node runs it, and what it is called: the same for all its visits. */
  #kindOf({ namespace, text, node }: Segment): string {
    return `${namespace.slice(0, -text.length)}${node}\n${this.#names.get(namespace) ?? ""}`;
  }
}

/** What LangGraph calls a graph that was compiled without a name. */
const UNNAMED = "LangGraph";

/** The names of the subgraphs that have one, by namespace. */
export function customSubgraphNames(rows: readonly NamespaceRow[]): GraphNames {
  const names = new Map<string, string>();
  for (const { namespace, graph_name } of rows) {
    if (namespace && graph_name && graph_name !== UNNAMED) names.set(namespace, graph_name);
  }
  return names;
}
