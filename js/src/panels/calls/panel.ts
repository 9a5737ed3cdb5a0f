import { lazy } from "../lazy";

export const calls = lazy({
  id: "calls",
  title: "Calls",
  noun: "call",
  topics: ["model_calls", "tool_calls"],
  count: (store) => store.count("model_calls") + store.count("tool_calls"),
});
