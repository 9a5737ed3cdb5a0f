import { isFinal } from "../../core/schema";
import { lazy } from "../lazy";

export const interrupts = lazy({
  id: "interrupts",
  title: "Interrupts",
  topics: ["interrupts", "summary"],
  count: ({ tables }) => tables.interrupts.rows.length,
  waits: ({ summary }) => (isFinal(summary.status) ? summary.waiting : 0),
  optional: true,
});
