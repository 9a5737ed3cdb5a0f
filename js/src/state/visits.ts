// Which visit of its subgraph a namespace is: parallel sends and loops run several graphs of one path. Pure.

import { namespacePath } from "../core/format";
import type { NamespaceRow } from "../core/schema";

export class Visits {
  #numbers = new Map<string, number>(); // by namespace
  #counts = new Map<string, number>(); // by parent, node and name
  readonly #names: ReadonlyMap<string, string>; // by namespace

  constructor(rows: readonly NamespaceRow[]) {
    this.#names = graphNames(rows);
    for (const { namespace } of rows) this.#meet(namespace);
  }

  /** The names on the way to a namespace, as a reader knows them; where there are several, "name #2". */
  path(namespace: string): string[] {
    const names: string[] = [];
    let here = "";
    for (const segment of namespace ? namespace.split("|") : []) {
      here = here ? `${here}|${segment}` : segment;
      if (isOrdinal(segment)) {
        const before = names.pop() ?? "";
        names.push(this.#names.get(here) ?? `${before} #${Number(segment) + 1}`);
        continue;
      }
      const name = this.#names.get(here) ?? namespacePath(segment).join();
      const several = (this.#counts.get(this.#kindOf(here)) ?? 0) > 1;
      names.push(several ? `${name} #${this.#numbers.get(here)}` : name);
    }
    return names;
  }

  #meet(namespace: string): void {
    const end = namespace.lastIndexOf("|");
    if (end > 0) this.#meet(namespace.slice(0, end));
    if (namespace === "" || this.#numbers.has(namespace) || isOrdinal(namespace.slice(end + 1))) return;
    const kind = this.#kindOf(namespace);
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    this.#numbers.set(namespace, number);
  }

  /** Where a subgraph stands, which node runs it, and what it is called: the same for all its visits. */
  #kindOf(namespace: string): string {
    return `${namespace.replace(/:[^:|]*$/, "")}\n${this.#names.get(namespace) ?? ""}`;
  }
}

/** What LangGraph calls a graph that was compiled without a name. */
const UNNAMED = "LangGraph";

/** The names of the subgraphs that have one, by namespace. */
export function graphNames(rows: readonly NamespaceRow[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { namespace, graph_name } of rows) {
    if (namespace && graph_name && graph_name !== UNNAMED) names.set(namespace, graph_name);
  }
  return names;
}

/** The names on the way to a namespace, graphs by theirs where they have one. */
export function namedPath(namespace: string, names: ReadonlyMap<string, string>): string[] {
  const path: string[] = [];
  let here = "";
  for (const segment of namespace ? namespace.split("|") : []) {
    here = here ? `${here}|${segment}` : segment;
    const before = isOrdinal(segment) ? (path.pop() ?? "") : null;
    const own = before === null ? namespacePath(segment).join() : `${before} #${Number(segment) + 1}`;
    path.push(names.get(here) ?? own);
  }
  return path;
}

/** The second graph that one task runs has an ordinal after the task's segment. */
function isOrdinal(segment: string): boolean {
  return /^\d+$/.test(segment);
}
