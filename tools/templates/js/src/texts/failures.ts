export const FAILURES = {
  name: "Tasks that failed",
  node: "Node",
  error: "Error",
  waiting: "Nothing failed so far.",
  none: "Nothing failed.",
  filtered: "No failure passes the filter.",
} as const;
