import { lazy } from "../lazy";

export const failures = lazy({
  id: "failures",
  title: "Failures",
  noun: "task",
  topics: ["tasks"],
  count: ({ tables }) => tables.tasks.rows.filter(({ status }) => status === "error").length,
});
