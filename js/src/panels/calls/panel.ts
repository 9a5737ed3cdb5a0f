import { lazy } from "../lazy";

export const calls = lazy({
  id: "calls",
  title: "Calls",
  noun: "call",
  topics: ["model_calls", "tool_calls"],
});
