// The kernel's own picture has the same path: `tests/test_graph_svg.py` holds it to the same cases.

import { describe, expect, it } from "vitest";
import cases from "../../fixtures/paths.json";
import { structureOf } from "../../fixtures/structures";
import type { TaskRow } from "../../src/core/schema";
import { takenPathOf } from "../../src/panels/graph/takenPath";
import { task } from "../builders";

type Told = (typeof cases)[number]["tasks"][number];

function rowsOf(tasks: readonly Told[]): TaskRow[] {
  return tasks.map(({ id, node, step, inside, status }) => {
    const around = tasks.find((each) => each.id === inside);
    return task(id, {
      node,
      step,
      status: status as TaskRow["status"],
      namespace: around ? `${around.node}:${around.id}` : "",
      parent_task_id: inside,
    });
  });
}

describe("the path so far", () => {
  it.each(cases)("$name", ({ edges, deferred, tasks, over, taken, undeclared }) => {
    const structure = structureOf(...edges);
    const nodes = structure.nodes.map((node) => ({ ...node, deferred: deferred.includes(node.id as never) }));
    const path = takenPathOf({ ...structure, nodes }, rowsOf(tasks), over);
    const words = (edge: { source: string; target: string }) => `${edge.source} -> ${edge.target}`;
    expect([...path.taken].map((edge) => edge.replace("\n", " -> ")).sort()).toEqual(taken);
    expect(path.undeclared.map(words).sort()).toEqual(undeclared);
    expect(path.undeclared.every((edge) => edge.undeclared)).toBe(true);
  });
});
