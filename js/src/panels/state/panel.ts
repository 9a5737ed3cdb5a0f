import { lazy } from "../lazy";

export const state = lazy({
  id: "state",
  title: "State",
  noun: "change",
  topics: ["state_diffs"],
});
