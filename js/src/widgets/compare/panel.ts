import type { ComponentType } from "preact";
import type { Compared } from "./data";

export interface PanelProps {
  readonly compared: Compared;
  /** Whether what is the same is shown, too. */
  readonly all: boolean;
}

export interface ComparePanel {
  readonly id: string;
  readonly title: string;
  /** How many differences there are. */
  readonly count: (compared: Compared) => number;
  readonly View: ComponentType<PanelProps>;
}
