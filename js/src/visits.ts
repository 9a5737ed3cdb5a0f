// Which visit of its subgraph a namespace is: parallel sends and loops run several graphs of one path. Pure.

import { namespacePath } from "./format";
import type { NamespaceRow } from "./schema";

export class Visits {
  #numbers = new Map<string, number>(); // by namespace
  #counts = new Map<string, number>(); // by parent and node

  constructor(rows: readonly NamespaceRow[]) {
    for (const { namespace } of rows) this.#meet(namespace);
  }

  /** The names on the way to a namespace, as a reader knows them; where there are several, "name #2". */
  path(namespace: string): string[] {
    const names: string[] = [];
    let here = "";
    for (const segment of namespace ? namespace.split("|") : []) {
      here = here ? `${here}|${segment}` : segment;
      if (isOrdinal(segment)) {
        names.push(`${names.pop() ?? ""} #${Number(segment) + 1}`);
        continue;
      }
      const name = namespacePath(segment).join();
      const several = (this.#counts.get(kindOf(here)) ?? 0) > 1;
      names.push(several ? `${name} #${this.#numbers.get(here)}` : name);
    }
    return names;
  }

  #meet(namespace: string): void {
    const end = namespace.lastIndexOf("|");
    if (end > 0) this.#meet(namespace.slice(0, end));
    if (namespace === "" || this.#numbers.has(namespace) || isOrdinal(namespace.slice(end + 1))) return;
    const kind = kindOf(namespace);
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    this.#numbers.set(namespace, number);
  }
}

/** Where a subgraph stands and which node runs it: the same for all its visits. */
function kindOf(namespace: string): string {
  return namespace.replace(/:[^:|]*$/, "");
}

/** The second graph that one task runs has an ordinal after the task's segment. */
function isOrdinal(segment: string): boolean {
  return /^\d+$/.test(segment);
}
