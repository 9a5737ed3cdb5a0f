// How wide the timeline's words are on this page, and how wide the column of lanes' names is for them.

import { useMemo } from "preact/hooks";
import { type MeasureText, measureTextIn } from "../../components/measureText";
import { formatInteger } from "../../core/format";
import type { Lane } from "./data";

const NAME = "12.5px"; // sizes as in track.css and LaneRow.css
const SMALL = "11px";
const LABEL = { least: 92, share: 0.42, mark: 14, gap: 6, pad: 18, indent: 12, depth: 5 };

export interface Measures {
  /** Of the words in bars and on the axis. */
  readonly small: MeasureText;
  readonly name: MeasureText;
}

/** Read anew when the panel's width changes: a page that is given other fonts is laid out anew. */
export function useMeasures(box: HTMLElement | null, width: number): Measures {
  return useMemo(() => {
    const family = box ? getComputedStyle(box).fontFamily : "sans-serif";
    return { small: measureTextIn(`${SMALL} ${family}`), name: measureTextIn(`${NAME} ${family}`) };
  }, [box, width]);
}

/** As wide as the longest name, and no wider than its share of the panel. */
export function useLabelWidth(lanes: readonly Lane[], { name, small }: Measures, width: number): number {
  const widest = useMemo(() => {
    const { mark, gap, pad, indent, depth } = LABEL;
    const widths = lanes.map(({ node, graph, path, bars }) => {
      const times = bars.length > 1 ? gap + small(`×${formatInteger(bars.length)}`) : 0;
      const words = name(graph === null ? node : `${node} ${graph}`);
      return pad + Math.min(path.length, depth) * indent + mark + gap + words + times;
    });
    return Math.max(LABEL.least, ...widths);
  }, [lanes, name, small]);
  return Math.ceil(Math.min(widest + 2, width * LABEL.share));
}
