import { lazy } from "../lazy";

export const checkpoints = lazy({
  id: "checkpoints",
  title: "Checkpoints",
  noun: "checkpoint",
  topics: ["checkpoints"],
  count: (store) => store.rowCount("checkpoints"),
  optional: true,
});
