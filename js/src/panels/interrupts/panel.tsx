import { isFinal } from "../../core/schema";
import { LazyPanel, STEERING } from "../LazyPanel";
import type { Panel } from "../panel";

export const interrupts: Panel = {
  id: "interrupts",
  title: "Interrupts",
  topics: ["interrupts", "summary"],
  count: ({ tables }) => tables.interrupts.rows.length,
  waits: ({ summary }) => (isFinal(summary.status) ? summary.waiting : 0),
  optional: true,
  View: () => <LazyPanel module={STEERING} />,
};
