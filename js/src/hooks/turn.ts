import { useEffect, useState } from "preact/hooks";
import { drawInOwnFrame } from "../core/pace";

/**
 * Whether to draw what `is` there to be drawn: `atOnce`, or, where it takes long, in a frame in which nothing else of
 * this kind is drawn.
 */
export function useDrawTurn(is: boolean, atOnce: boolean): boolean {
  const [isDrawn, setDrawn] = useState(is && atOnce);
  useEffect(() => (is && !isDrawn ? drawInOwnFrame(() => setDrawn(true)) : undefined), [is, isDrawn]);
  return isDrawn;
}
