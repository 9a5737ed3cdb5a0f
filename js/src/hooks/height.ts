// How high a frame is: as the kernel's options say, else as the browser remembers; its edge can be pulled.

import { useState } from "preact/hooks";
import { readSetting, writeSetting } from "../core/settings";
import { useView } from "./context";

/** In CSS pixels. */
export interface HeightRange {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

/** The height of a frame of this `kind`, and how to change it: what is pulled is remembered for others like it, unless
 * the kernel gave each its own. */
export function useHeight(
  kind: string,
  { usual, min, max }: HeightRange,
): [number, (pixels: number) => void] {
  const { options } = useView();
  const [height, setHeight] = useState(() => options.height ?? readSetting(kind, usual, min, max));
  const resize = (pixels: number) => {
    setHeight(pixels);
    if (options.height === undefined) writeSetting(kind, pixels);
  };
  return [height, resize];
}
