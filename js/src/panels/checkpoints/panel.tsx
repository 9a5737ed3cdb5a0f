import { LazyPanel, STEERING } from "../LazyPanel";
import type { Panel } from "../panel";

export const checkpoints: Panel = {
  id: "checkpoints",
  title: "Checkpoints",
  topics: ["checkpoints"],
  count: ({ tables }) => tables.checkpoints.rows.length,
  optional: true,
  View: () => <LazyPanel module={STEERING} />,
};
