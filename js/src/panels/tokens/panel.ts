import type { Panel } from "../panel";
import { isContext } from "./data";
import { View } from "./view";

/** Comes with the frame: it is what most look at. */
export const tokens: Panel = {
  id: "tokens",
  title: "Tokens",
  noun: "message",
  topics: ["messages"],
  count: (store) =>
    store.hasRows
      ? store.tables.messages.rows.filter((row) => !isContext(row)).length
      : store.rowCount("messages"),
  View,
};
