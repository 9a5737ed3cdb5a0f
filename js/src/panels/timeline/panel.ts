import { lazy } from "../lazy";

export const timeline = lazy({
  id: "timeline",
  title: "Timeline",
  noun: "task",
  topics: ["tasks"],
});
