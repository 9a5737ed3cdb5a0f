import { lazy } from "../lazy";

export const checkpoints = lazy({
  id: "checkpoints",
  title: "Checkpoints",
  topics: ["checkpoints"],
  count: ({ tables }) => tables.checkpoints.rows.length,
  optional: true,
});
