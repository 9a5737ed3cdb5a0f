import { lazy } from "../lazy";

export const graph = lazy({
  id: "graph",
  title: "Graph",
  noun: "task",
  topics: ["tasks"],
  count: () => 0,
});
