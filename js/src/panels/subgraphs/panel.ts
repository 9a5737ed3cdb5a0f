import { lazy } from "../lazy";

export const subgraphs = lazy({
  id: "subgraphs",
  title: "Subgraphs",
  noun: "subgraph",
  topics: ["namespaces"],
  count: (store) => Math.max(0, store.rowCount("namespaces") - 1),
});
