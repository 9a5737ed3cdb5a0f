import { lazy } from "../lazy";

export const checkpoints = lazy({
  id: "checkpoints",
  title: "Checkpoints",
  noun: "checkpoint",
  topics: ["checkpoints"],
  optional: true,
});
