import { isFinal } from "../../core/schema";
import { lazy } from "../lazy";

export const interrupts = lazy({
  id: "interrupts",
  title: "Interrupts",
  noun: "interrupt",
  topics: ["interrupts", "summary"],
  count: (store) => store.rowCount("interrupts"),
  waits: ({ summary }) => (isFinal(summary.status) ? summary.waiting : 0),
  optional: true,
});
