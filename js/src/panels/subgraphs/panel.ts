import { lazy } from "../lazy";

export const subgraphs = lazy({
  id: "subgraphs",
  title: "Subgraphs",
  topics: ["namespaces"],
  count: ({ tables }) => Math.max(0, tables.namespaces.rows.length - 1),
});
