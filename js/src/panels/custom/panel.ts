import { lazy } from "../lazy";

export const custom = lazy({
  id: "custom",
  title: "Custom",
  topics: ["custom"],
  count: ({ tables }) => tables.custom.rows.length,
});
