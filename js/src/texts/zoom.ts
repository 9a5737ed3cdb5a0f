export const ZOOM = {
  out: "Zoom out",
  outHint: "Zoom out (−)",
  in: "Zoom in",
  inHint: "Zoom in (+, or Ctrl and the wheel)",
  fit: "Fit",
  fitHint: "Show all of it (0, or a double click)",
} as const;
