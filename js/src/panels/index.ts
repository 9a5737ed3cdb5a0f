import { checkpoints } from "./checkpoints/panel";
import { custom } from "./custom/view";
import { events } from "./events/view";
import { graph } from "./graph/view";
import { interrupts } from "./interrupts/panel";
import type { Panel } from "./panel";
import { state } from "./state/view";
import { subgraphs } from "./subgraphs/view";
import { timeline } from "./timeline/view";
import { tokens } from "./tokens/view";

export type { Panel } from "./panel";

/** In the order of their tabs. */
export const PANELS: readonly Panel[] = [
  tokens,
  state,
  subgraphs,
  timeline,
  graph,
  custom,
  events,
  interrupts,
  checkpoints,
];
