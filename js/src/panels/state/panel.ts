import { lazy } from "../lazy";

export const state = lazy({
  id: "state",
  title: "State",
  topics: ["state_diffs"],
  count: ({ tables }) => tables.state_diffs.rows.length,
});
