// Made by `python -m tools.schema` of PANELS in lg_jupyter/config.py, which is what to change.

import { calls } from "./calls/panel";
import { checkpoints } from "./checkpoints/panel";
import { context } from "./context/panel";
import { custom } from "./custom/panel";
import { events } from "./events/panel";
import { graph } from "./graph/panel";
import { interrupts } from "./interrupts/panel";
import { memory } from "./memory/panel";
import { state } from "./state/panel";
import { subgraphs } from "./subgraphs/panel";
import { timeline } from "./timeline/panel";
import { tokens } from "./tokens/panel";
import type { Panel } from "./panel";

export type { Panel } from "./panel";

/** In the order of their tabs. */
export const PANELS: readonly Panel[] = [
  tokens,
  state,
  subgraphs,
  timeline,
  calls,
  context,
  graph,
  memory,
  custom,
  events,
  interrupts,
  checkpoints,
];
