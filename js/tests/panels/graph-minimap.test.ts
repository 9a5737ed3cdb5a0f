import { h, render } from "preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Store } from "../../src/core/store";
import { type View, ViewContext } from "../../src/hooks/context";
import type { Camera } from "../../src/panels/graph/camera";
import type { VisibleNode } from "../../src/panels/graph/data";
import type { Point } from "../../src/panels/graph/layout";
import { MiniMap } from "../../src/panels/graph/MiniMap";

const WIDE = 200; // pixels from one node to the next
const VIEWPORT = { width: 400, height: 300 };
const NEAR = { scale: 1, x: -1000, y: 0 };
const host = document.createElement("div");

/** The map of that many nodes in a row, if there is one. */
function mapOf(count: number, camera: Camera, onShow: (point: Point) => void = () => undefined) {
  const names = Array.from({ length: count }, (_, nth) => `n${nth}`);
  const nodes = names.map(
    (name) => ({ id: name, name, kind: "node", open: false }) as unknown as VisibleNode,
  );
  const boxes = new Map(names.map((name, nth) => [name, { x: nth * WIDE, y: 0, width: 120, height: 60 }]));
  const layout = { width: count * WIDE, height: 60, boxes, routes: new Map() };
  const props = { drawing: { nodes, edges: [] }, layout, activity: new Map(), camera, viewport: VIEWPORT };
  const view = { store: new Store() } as unknown as View;
  render(h(ViewContext.Provider, { value: view }, h(MiniMap, { ...props, onShow })), host);
  return host.querySelector("svg");
}

describe("the mini-map", () => {
  beforeEach(() => render(null, host));

  it("is there from 30 nodes on", () => {
    expect(mapOf(29, NEAR)).toBeNull();
    expect(mapOf(30, NEAR)).not.toBeNull();
  });

  it("is there while a part is out of sight", () => {
    const all = { scale: VIEWPORT.width / (30 * WIDE), x: 0, y: 10 };
    expect(mapOf(30, all)).toBeNull();
    expect(mapOf(30, { ...all, x: -1 })).not.toBeNull();
  });

  it("shows each node, and what is on screen", () => {
    const map = mapOf(30, NEAR);
    expect(map?.querySelectorAll("rect:not(.lgj-minimap-seen)")).toHaveLength(30);
    const seen = map?.querySelector(".lgj-minimap-seen");
    expect(["x", "y", "width", "height"].map((name) => Number(seen?.getAttribute(name)))).toEqual([
      1000, 0, 400, 300,
    ]);
  });

  it("goes where it is pressed", () => {
    const onShow = vi.fn();
    const map = mapOf(30, NEAR, onShow) as SVGSVGElement;
    const point = { clientX: Number(map.getAttribute("width")) / 2, clientY: 0, bubbles: true };
    map.dispatchEvent(new MouseEvent("pointermove", { ...point, buttons: 0 }));
    expect(onShow).not.toHaveBeenCalled();
    map.dispatchEvent(new MouseEvent("pointerdown", { ...point, buttons: 1 }));
    expect(onShow).toHaveBeenCalledWith({ x: 15 * WIDE, y: 0 });
  });
});
