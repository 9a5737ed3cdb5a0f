import { describe, expect, it } from "vitest";
import { structureOf } from "../../fixtures/structures";
import { computeLayout } from "../../src/panels/graph/arrange";
import { activityOf, drawingOf, type GraphStructure } from "../../src/panels/graph/data";
import { renderSvg } from "../../src/panels/graph/svg";
import { takenPathOf } from "../../src/panels/graph/takenPath";
import { task } from "../builders";

function drawn(structure: GraphStructure, ids: readonly string[] = ["1", "2"]): Document {
  const drawing = drawingOf(structure, new Set());
  const rows = ids.map((id) => task(id, { node: "plan", step: 1, status: "success", latency: 1.5 }));
  const picture = {
    drawing,
    layout: computeLayout(drawing, "LR"),
    activity: activityOf(structure, rows),
    taken: takenPathOf(structure, rows, false).taken,
    colorOf: () => "red",
  };
  return new DOMParser().parseFromString(
    renderSvg(picture, (css) => (css.includes("active") ? "blue" : "gray")),
    "image/svg+xml",
  );
}

describe("the drawing as a file", () => {
  const structure = structureOf("start -> plan", "plan ?-> team:draft: ok", "team:draft -> end");

  it("has every node with what happened there, every edge, and its label", () => {
    const svg = drawn(structure);
    const texts = [...svg.querySelectorAll("text")].map(({ textContent }) => textContent);
    expect(texts.sort()).toEqual(["draft", "end", "ok", "plan", "start", "team", "✓ ×2 1.50\u00a0s"].sort());
    const strokes = [...svg.querySelectorAll("path[stroke]")].map((path) => path.getAttribute("stroke"));
    expect(strokes).toEqual(["blue", "gray", "gray"]);
    expect(svg.documentElement.getAttribute("width")).toMatch(/^\d+$/);
  });

  it("groups the digits of how often a node ran", () => {
    const often = drawn(
      structure,
      Array.from({ length: 1_502 }, (_, nth) => String(nth)),
    );
    expect(often.documentElement.textContent).toContain("×1,502");
  });

  it("has names as text, whatever is in them", () => {
    const name = "<script>alert(1)</script>&\u0001";
    const nodes = structure.nodes.map((node) => (node.id === "plan" ? { ...node, name } : node));
    const svg = drawn({ ...structure, nodes });
    expect(svg.querySelector("script")).toBeNull();
    expect(svg.documentElement.textContent).toContain("<script>alert(1)</script>&\ufffd");
  });
});
