import { lazy } from "../lazy";
import { hasPlans } from "./planValues";

export const memory = lazy({
  id: "memory",
  title: "Memory",
  noun: "operation",
  topics: ["store_ops", "state_diffs"],
  count: (store) => store.rowCount("store_ops") + (hasPlans(store.tables.state_diffs.rows) ? 1 : 0),
  optional: true,
});
