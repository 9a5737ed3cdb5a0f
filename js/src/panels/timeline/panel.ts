import { lazy } from "../lazy";

export const timeline = lazy({
  id: "timeline",
  title: "Timeline",
  topics: ["tasks"],
  count: ({ tables }) => tables.tasks.rows.length,
});
