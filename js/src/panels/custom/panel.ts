import { lazy } from "../lazy";

export const custom = lazy({
  id: "custom",
  title: "Custom",
  noun: "value",
  topics: ["custom"],
});
