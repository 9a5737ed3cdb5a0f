import { describe, expect, it } from "vitest";
import { HUGE, RESEARCH, REVIEW, structureOf } from "../../fixtures/structures";
import type { TaskRow } from "../../src/core/schema";
import { RunningTime } from "../../src/core/waits";
import { computeLayout } from "../../src/panels/graph/arrange";
import {
  type NodeActivity,
  activityOf,
  initiallyClosedGroups,
  drawingOf,
  activeSecondsOf,
  type GraphStructure,
  simplifyStructure,
} from "../../src/panels/graph/data";
import { decodeStructure } from "../../src/panels/graph/fetch";
import { arrowPath, type Box, curvePath, nextBox } from "../../src/panels/graph/layout";
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
  const placesOf = (structure: GraphStructure, namespace: string, node: string | null) => [
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

const secondsAt = (activity: NodeActivity | undefined, now: number | null = null) =>
  activeSecondsOf(activity as NodeActivity, now);

describe("what has happened in a node", () => {
  it("is counted and added up", () => {
    const rows = [
      done("a", "plan", 1, { latency: 2 }),
      done("b", "plan", 2, { latency: 3, start_time: 10, status: "error" }),
      task("c", { node: "write", start_time: 50 }),
    ];
    const activity = activityOf(RESEARCH, rows);
    expect(activity.get("plan")).toMatchObject({ count: 2, running: 0, status: "error" });
    expect(activity.get("write")).toMatchObject({ count: 1, running: 1, since: 50, status: "running" });
    expect(secondsAt(activity.get("plan"))).toBe(5);
    expect(secondsAt(activity.get("write"), 54)).toBe(4);
    expect(activity.get("researcher")).toBeUndefined();
  });

  it("does not count twice what runs inside of it and is not drawn", () => {
    const outer = done("a", "plan", 1, { latency: 2 });
    const rows = [outer, done("b", "helper", 1, { latency: 1 }, outer)];
    expect(activityOf(RESEARCH, rows).get("plan")).toMatchObject({ count: 1, together: 2 });
  });

  it("took the time that passed, whatever ran side by side", () => {
    const at = (id: string, start_time: number, latency: number) =>
      done(id, "plan", 1, { start_time, latency });
    const over = [at("a", 0, 4), at("b", 1, 2), at("c", 3, 3), at("d", 20, 1)];
    const plan = activityOf(RESEARCH, over).get("plan");
    expect(secondsAt(plan)).toBe(7);
    expect(plan?.together).toBe(10);
    const running = [
      ...over,
      task("e", { node: "plan", start_time: 5 }),
      task("f", { node: "plan", start_time: 8 }),
    ];
    expect(secondsAt(activityOf(RESEARCH, running).get("plan"), 30)).toBe(30);
  });

  it("took as long as nobody was waited for, and of unknown times nobody says how long", () => {
    const waited = new RunningTime([[5, 105, "for an answer"]]);
    const rows = [
      done("a", "plan", 1, { start_time: 2, latency: 6 }),
      done("b", "plan", 2, { start_time: 108, latency: 1 }),
    ];
    expect(secondsAt(activityOf(RESEARCH, rows, waited).get("plan"))).toBe(7);
    const unknown = [done("a", "plan", 1, { start_time: null, latency: null })];
    expect(secondsAt(activityOf(RESEARCH, unknown).get("plan"))).toBeNull();
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
    expect(initiallyClosedGroups(RESEARCH).size).toBe(0);
    expect([...initiallyClosedGroups(REVIEW, 10)]).toEqual(["research", "draft"]);
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
    const { nodes: left, edges: joined } = simplifyStructure({ ...inner, nodes });
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

describe("the layout", () => {
  it.each([
    ["LR", RESEARCH],
    ["TB", REVIEW],
    ["LR", HUGE],
  ] as const)("%s puts nodes apart, and groups around what is inside", (direction, structure) => {
    const drawing = drawingOf(structure, NOTHING);
    const { boxes, routes, width, height } = computeLayout(drawing, direction);
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
    const { boxes, routes } = computeLayout(drawing, direction);
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

  it.each(["LR", "TB"] as const)(
    "draws loops out of their node and back, clear of others, %s",
    (direction) => {
      const structure = structureOf(
        "start -> team:a",
        "team:a ?-> team:a: once more",
        "start -> team:b",
        "team:a -> end",
        "team:b -> end",
        "team:b -> team:b",
      );
      const { boxes, routes } = computeLayout(drawingOf(structure, NOTHING), direction);
      const team = boxes.get("team") as Box;
      for (const id of ["team:a", "team:b"]) {
        const box = boxes.get(id) as Box;
        const points = routes.get(`${id}\n${id}`)?.points ?? [];
        const [along, away] = direction === "LR" ? (["x", "y"] as const) : (["y", "x"] as const);
        const edge = box[away] + (away === "y" ? box.height : box.width);
        const [first, top, last] = [points[0], points[2], points.at(-1)];
        expect([first?.[away], last?.[away]]).toEqual([edge, edge]);
        expect(Math.abs((first?.[along] ?? 0) - (last?.[along] ?? 0))).toBeGreaterThan(20);
        expect((top?.[away] ?? 0) - edge).toBeGreaterThan(30);
        const end = team[away] + (away === "y" ? team.height : team.width);
        expect(edge + 34).toBeLessThanOrEqual(end);
        const other = boxes.get(id === "team:a" ? "team:b" : "team:a") as Box;
        const inOther = points.some(
          ({ x, y }) => x > other.x && x < other.x + other.width && y > other.y && y < other.y + other.height,
        );
        expect(inOther).toBe(false);
      }
    },
  );

  it("keeps a loop inside of a closed group to itself", () => {
    const structure = structureOf("start -> team:a", "team:a -> team:a", "team:a -> end");
    expect(drawingOf(structure, new Set(["team"])).edges.map(({ key }) => key)).toEqual([
      "__start__\nteam",
      "team\n__end__",
    ]);
  });

  it("lets arrow keys go to the nearest in their direction", () => {
    const drawing = drawingOf(RESEARCH, NOTHING);
    const layout = computeLayout(drawing, "LR");
    const among = ["plan", "researcher:model", "researcher:tools", "write"];
    expect(nextBox(layout, "plan", "ArrowRight", among)).toBe("researcher:model");
    expect(nextBox(layout, "researcher:model", "ArrowLeft", among)).toBe("plan");
    expect(nextBox(layout, "plan", "ArrowLeft", among)).toBeNull();
    expect(nextBox(layout, "plan", "x", among)).toBeNull();
  });
});

describe("an edge", () => {
  it("is a line with a head", () => {
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 20, y: 10 },
    ];
    expect(curvePath(points)).toBe("M0.0 0.0Q10.0 0.0 20.0 10.0");
    expect(arrowPath(points)).toMatch(/^M20\.0 10\.0L.*Z$/);
    expect(curvePath([])).toBe("");
  });
});
