import { lazy } from "../lazy";

export const calls = lazy({
  id: "calls",
  title: "Calls",
  noun: "call",
  topics: ["model_calls", "tool_calls"],
  count: (store) => store.rowCount("model_calls") + store.rowCount("tool_calls"),
});
