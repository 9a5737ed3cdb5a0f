// The texts of the panel Custom.

export const CUSTOM = {
  name: "Custom data by node",
  none: "No custom data came.",
  noneSelected: "No custom data.",
  noneFits: "No custom data passes the filter.",
  visit: "visit",
  value: "value",
  notFinite: "no finite number",
  part: (value: string, total: string) => `${value} of ${total}`,
  last: (value: string) => `${value} last`,
  explain: {
    waiting: "No custom data yet: a node sends some with the writer of get_stream_writer().",
  },
} as const;
