import { lazy } from "../lazy";

export const graph = lazy({
  id: "graph",
  title: "Graph",
  topics: ["tasks"],
  count: () => 0,
});
