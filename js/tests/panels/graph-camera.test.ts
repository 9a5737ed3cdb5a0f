import { describe, expect, it } from "vitest";
import {
  centerCamera,
  detailAt,
  cameraFittingAll,
  visibleBox,
  readableCamera,
  zoomCameraAt,
} from "../../src/panels/graph/camera";

describe("the camera", () => {
  const layout = { width: 1000, height: 200, boxes: new Map(), routes: new Map() };
  const node = { x: 900, y: 80, width: 100, height: 40 };
  const big = { ...layout, boxes: new Map([["here", node]]) };

  it("shows all of it, in the middle", () => {
    expect(cameraFittingAll(layout, 500, 300)).toEqual({ scale: 0.5, x: 0, y: 100 });
  });

  it("keeps in place what one zooms at", () => {
    const near = zoomCameraAt({ scale: 1, x: 10, y: 20 }, 2, { x: 110, y: 20 });
    expect(near).toEqual({ scale: 2, x: -90, y: 20 });
  });

  it("follows a run in letters that can be read, and no farther than the edge", () => {
    const camera = readableCamera(big, 400, 300, "here");
    expect(camera.scale * 14.5).toBeGreaterThanOrEqual(11); // the names' size, in pixels
    expect(camera.x + layout.width * camera.scale).toBeCloseTo(400);
  });

  it("cuts nothing of a run that goes on while its names can be read", () => {
    expect(readableCamera(big, 500, 300, "here")).toEqual(cameraFittingAll(layout, 500, 300));
  });

  it("goes where it is shown a point, and tells what is on screen", () => {
    const camera = centerCamera({ scale: 2, x: 0, y: 0 }, { x: 500, y: 100 }, 400, 300);
    expect(visibleBox(camera, 400, 300)).toEqual({ x: 400, y: 25, width: 200, height: 150 });
  });

  it("tells less of nodes from farther away", () => {
    expect([1, 0.85, 0.84, 0.4, 0.39].map(detailAt)).toEqual(["facts", "facts", "names", "names", "shapes"]);
  });
});
