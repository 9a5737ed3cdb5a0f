import { isFinal } from "../../core/schema";
import { lazy } from "../lazy";

export const interrupts = lazy({
  id: "interrupts",
  title: "Interrupts",
  noun: "interrupt",
  topics: ["interrupts", "summary"],
  waits: ({ summary }) => (isFinal(summary.status) ? summary.waiting : 0),
  optional: true,
});
