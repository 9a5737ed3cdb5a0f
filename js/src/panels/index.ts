import { checkpoints } from "./checkpoints/panel";
import { custom } from "./custom/panel";
import { events } from "./events/panel";
import { graph } from "./graph/panel";
import { interrupts } from "./interrupts/panel";
import type { Panel } from "./panel";
import { state } from "./state/panel";
import { subgraphs } from "./subgraphs/panel";
import { timeline } from "./timeline/panel";
import { tokens } from "./tokens/panel";

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
