import { lazy } from "../lazy";

export const context = lazy({
  id: "context",
  title: "Context",
  noun: "call",
  topics: ["model_calls"],
});
