import { describe, expect, it } from "vitest";
import { HUGE, RESEARCH, REVIEW, structureOf } from "../../fixtures/structures";
import type { TaskRow } from "../../src/core/schema";
import { layoutOf } from "../../src/panels/graph/arrange";
import {
  activityOf,
  closedAtFirst,
  drawingOf,
  type Structure,
  simplified,
  takenEdges,
} from "../../src/panels/graph/data";
import { decodeStructure } from "../../src/panels/graph/fetch";
import { arrow, curve, fitting, nextBox, zoomedAt } from "../../src/panels/graph/layout";
import { task } from "../builders";

const NOTHING = new Set<string>();

/** A task that is over; `inside` another, if that one runs it. */
function done(
  id: string,
  node: string,
  step: number,
  fields: Partial<TaskRow> = {},
  around?: TaskRow,
): TaskRow {
  const segment = around ? `${around.node}:${around.task_id}` : "";
  return task(id, {
    node,
    step,
    status: "success",
    latency: 1,
    namespace: around?.namespace ? `${around.namespace}|${segment}` : segment,
    parent_task_id: around?.task_id ?? null,
    ...fields,
  });
}

describe("where something happens in the drawing", () => {
  const placesOf = (structure: Structure, namespace: string, node: string | null) => [
    ...activityOf(structure, [task("t", { namespace, node: node as string })]).keys(),
  ];

  it.each([
    ["", "plan", "plan"],
    ["", "researcher", "researcher"],
    ["researcher:1", "model", "researcher:model"],
    ["researcher:1|2", "tools", "researcher:tools"],
    ["researcher:1", null, "researcher"],
    ["researcher:1|tools:2", "inner", "researcher:tools"], // run by a tool: drawn as what is around it
    ["", "elsewhere", null],
  ])("%s %s is %s", (namespace, node, id) => {
    expect(placesOf(RESEARCH, namespace, node)).toEqual(id === null ? [] : [id]);
  });

  it("is the only node of a function, whatever runs in it", () => {
    const only = structureOf("start -> flow", "flow -> end");
    expect(placesOf(only, "flow:1", "step")).toEqual(["flow"]);
    expect(placesOf(only, "other:1", "step")).toEqual(["flow"]);
    expect(placesOf(only, "", null)).toEqual([]);
  });
});

describe("what has happened in a node", () => {
  it("is counted and added up", () => {
    const rows = [
      done("a", "plan", 1, { latency: 2 }),
      done("b", "plan", 2, { latency: 3, status: "error" }),
      task("c", { node: "write", start_time: 50 }),
    ];
    const activity = activityOf(RESEARCH, rows);
    expect(activity.get("plan")).toMatchObject({ count: 2, seconds: 5, running: 0, status: "error" });
    expect(activity.get("write")).toMatchObject({ count: 1, running: 1, since: [50], status: "running" });
    expect(activity.get("researcher")).toBeUndefined();
  });

  it("does not count twice what runs inside of it and is not drawn", () => {
    const outer = done("a", "plan", 1, { latency: 2 });
    const rows = [outer, done("b", "helper", 1, { latency: 1 }, outer)];
    expect(activityOf(RESEARCH, rows).get("plan")).toMatchObject({ count: 1, seconds: 2 });
  });
});

describe("the drawing", () => {
  const ids = (closed: ReadonlySet<string>) => drawingOf(RESEARCH, closed).nodes.map(({ id }) => id);
  const edges = (closed: ReadonlySet<string>) =>
    drawingOf(RESEARCH, closed).edges.map(
      ({ source, target, conditional }) => `${source} ${conditional ? "?" : ""}-> ${target}`,
    );

  it("has groups with what is inside of them", () => {
    expect(ids(NOTHING)).toEqual([
      "__start__",
      "plan",
      "researcher",
      "write",
      "__end__",
      "researcher:model",
      "researcher:tools",
    ]);
  });

  it("leads to a group that is closed, and leaves out what is inside", () => {
    expect(ids(new Set(["researcher"]))).toEqual(["__start__", "plan", "researcher", "write", "__end__"]);
    expect(edges(new Set(["researcher"]))).toEqual([
      "__start__ -> plan",
      "plan ?-> researcher",
      "researcher ?-> write",
      "write -> __end__",
    ]);
  });

  it("closes groups of a big graph at first, of a small one none", () => {
    expect(closedAtFirst(RESEARCH).size).toBe(0);
    expect([...closedAtFirst(REVIEW, 10)]).toEqual(["research", "draft"]);
  });

  it("has no starts and ends of subgraphs: what led to them leads on", () => {
    const inner = structureOf(
      "start -> team:begin",
      "team:begin -> team:write",
      "team:write ?-> team:finish",
      "team:finish -> end",
    );
    const kinds = { "team:begin": "start", "team:finish": "end" } as const;
    const nodes = inner.nodes.map((node) => ({ ...node, kind: kinds[node.id as "team:begin"] ?? node.kind }));
    const { nodes: left, edges: joined } = simplified({ ...inner, nodes });
    expect(left.map(({ id }) => id)).toEqual(["__start__", "team", "__end__", "team:write"]);
    expect(joined.map(({ source, target, conditional }) => [source, target, conditional])).toEqual([
      ["__start__", "team:write", false],
      ["team:write", "__end__", true],
    ]);
  });

  it("is taken from an answer that is one, and from no other", () => {
    const answer = { nodes: RESEARCH.nodes, edges: RESEARCH.edges } as never;
    expect(decodeStructure(answer)?.nodes).toHaveLength(7);
    for (const wrong of [null, [], "no", { nodes: [] }, { nodes: [{ id: 1 }], edges: [] }]) {
      expect(decodeStructure(wrong as never)).toBeNull();
    }
  });
});

describe("the path so far", () => {
  const plan = done("p", "plan", 1);
  const first = done("r1", "researcher", 2);
  const second = done("r2", "researcher", 2);
  const rows = [
    plan,
    first,
    second,
    done("m1", "model", 1, {}, first),
    done("t1", "tools", 2, {}, first),
    done("m2", "model", 3, {}, first),
    done("m3", "model", 1, {}, second),
  ];
  const taken = (tasks: readonly TaskRow[], over = false) =>
    [...takenEdges(RESEARCH, tasks, over)].map((edge) => edge.replace("\n", " -> "));

  it("begins at the start", () => {
    expect(taken([plan])).toEqual(["__start__ -> plan"]);
  });

  it("goes from step to step, into subgraphs and out of them", () => {
    expect(taken([...rows, done("w", "write", 3)], true)).toEqual([
      "__start__ -> plan",
      "plan -> researcher:model",
      "researcher:model -> researcher:tools",
      "researcher:tools -> researcher:model",
      "researcher:model -> write",
      "write -> __end__",
    ]);
  });

  it("does not go where nothing went, nor on from what still runs", () => {
    expect(taken(rows)).not.toContain("researcher:model -> write");
    expect(taken([task("p", { node: "plan", step: 1 }), done("w", "write", 3)])).toEqual([
      "__start__ -> plan",
    ]);
  });
});

describe("the layout", () => {
  it.each([
    ["LR", RESEARCH],
    ["TB", REVIEW],
    ["LR", HUGE],
  ] as const)("%s puts nodes apart, and groups around what is inside", (direction, structure) => {
    const drawing = drawingOf(structure, NOTHING);
    const { boxes, routes, width, height } = layoutOf(drawing, direction);
    expect(routes.size).toBe(drawing.edges.length);
    for (const node of drawing.nodes) {
      const box = boxes.get(node.id);
      if (!box) throw new Error(`${node.id} has no place`);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      const around = node.parent === null ? null : boxes.get(node.parent);
      if (around) {
        expect(box.x).toBeGreaterThanOrEqual(around.x);
        expect(box.y).toBeGreaterThan(around.y + 18); // the group's name stands there
        expect(box.y + box.height).toBeLessThanOrEqual(around.y + around.height);
      }
    }
    const leaves = drawing.nodes.filter(({ open }) => !open);
    for (const one of leaves) {
      for (const other of leaves) {
        if (one === other) continue;
        const [a, b] = [boxes.get(one.id), boxes.get(other.id)];
        if (!a || !b) throw new Error("no place");
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
  });

  it.each(["LR", "TB"] as const)("keeps the head of a group clear of all other nodes, %s", (direction) => {
    const drawing = drawingOf(
      structureOf(
        "start -> above",
        "start -> research:think",
        "start -> below",
        "research:think ?-> research:deep:read",
        "research:deep:read -> research:deep:note",
        "research:deep:note -> research:think",
        "above -> end",
        "research:think -> end",
        "below -> end",
      ),
      NOTHING,
    );
    const { boxes, routes } = layoutOf(drawing, direction);
    const parents = new Map(drawing.nodes.map(({ id, parent }) => [id, parent]));
    const isWithin = (id: string | null, group: string): boolean =>
      id !== null && (id === group || isWithin(parents.get(id) ?? null, group));
    const at = (id: string) => boxes.get(id) as { x: number; y: number; width: number; height: number };
    const apart = (one: string, other: string) => {
      const [a, b] = [at(one), at(other)];
      return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    };
    const open = drawing.nodes.filter((node) => node.open).map(({ id }) => id);
    expect(open).toHaveLength(2);
    for (const group of open) {
      const box = at(group);
      for (const { id } of drawing.nodes) {
        if (isWithin(group, id)) continue;
        if (!isWithin(id, group)) expect([id, apart(group, id)]).toEqual([id, true]);
        else {
          expect(at(id).y - box.y).toBeGreaterThanOrEqual(20); // the head's own room
          expect(at(id).y + at(id).height).toBeLessThanOrEqual(box.y + box.height);
          expect(at(id).x + at(id).width).toBeLessThanOrEqual(box.x + box.width);
        }
      }
      expect(box.width).toBeGreaterThan(200); // its name, how often it ran, how that ended, how long it took
    }
    for (const { key, source, target } of drawing.edges) {
      const points = routes.get(key)?.points ?? [];
      for (const [point, node] of [
        [points[0], at(source)],
        [points.at(-1), at(target)],
      ] as const) {
        expect(point?.x).toBeGreaterThanOrEqual(node.x - 1);
        expect(point?.x).toBeLessThanOrEqual(node.x + node.width + 1);
        expect(point?.y).toBeGreaterThanOrEqual(node.y - 1);
        expect(point?.y).toBeLessThanOrEqual(node.y + node.height + 1);
      }
    }
  });

  it("draws loops onto oneself", () => {
    const { routes } = layoutOf(drawingOf(structureOf("start -> a", "a ?-> a", "a -> end"), NOTHING), "LR");
    expect(curve(routes.get("a\na")?.points ?? [])).toMatch(/^M/);
  });

  it("lets arrow keys go to the nearest in their direction", () => {
    const drawing = drawingOf(RESEARCH, NOTHING);
    const layout = layoutOf(drawing, "LR");
    const among = ["plan", "researcher:model", "researcher:tools", "write"];
    expect(nextBox(layout, "plan", "ArrowRight", among)).toBe("researcher:model");
    expect(nextBox(layout, "researcher:model", "ArrowLeft", among)).toBe("plan");
    expect(nextBox(layout, "plan", "ArrowLeft", among)).toBeNull();
    expect(nextBox(layout, "plan", "x", among)).toBeNull();
  });
});

describe("the camera", () => {
  const layout = { width: 1000, height: 200, boxes: new Map(), routes: new Map() };

  it("shows all of it, in the middle", () => {
    expect(fitting(layout, 500, 300)).toEqual({ scale: 0.5, x: 0, y: 100 });
  });

  it("keeps in place what one zooms at", () => {
    const near = zoomedAt({ scale: 1, x: 10, y: 20 }, 2, { x: 110, y: 20 });
    expect(near).toEqual({ scale: 2, x: -90, y: 20 });
  });
});

describe("an edge", () => {
  it("is a line with a head", () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 20, y: 10 },
    ];
    expect(curve(points)).toBe("M0.0 0.0Q10.0 0.0 20.0 10.0");
    expect(arrow(points)).toMatch(/^M20\.0 10\.0L.*Z$/);
    expect(curve([])).toBe("");
  });
});
