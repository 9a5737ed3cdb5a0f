// The texts of the panel Memory, loaded with it.

export const MEMORY = {
  table: "What was read and written of the store",
  waiting: "Nothing of the store yet, no todos, no files.",
  none: "Nothing of a store, no todos, no files.",
  nothing: "Nothing of the store, no todos, no files.",
  filtered: "Nothing of the store, no todos and no files pass the filter.",
  namespaces: "Namespaces of the store",
  all: "all",
  plan: "Todos and files",
  todo: "todo",
  of: (done: string, todos: string) => `${done} of ${todos} completed`,
  step: (step: string) => `step ${step}`,
  status: { pending: "to do", in_progress: "in progress", completed: "completed" } as Readonly<
    Record<string, string>
  >,
  gone: "deleted",
  earlier: "Before",
  partial: "A change was too big to be followed here: see State.",
  character: "character",
  nothingThere: "nothing there",
  found: (count: string) => `${count} found`,
  effects: {
    created: "created",
    changed: "changed",
    same: "same as before",
    deleted: "deleted",
    unknown: "not known what was there",
  },
  parts: { value: "value", before: "before", changes: "changes", args: "arguments", error: "error" },
  missing: "not there",
  now: "In the store now",
  items: (items: number) => (items === 1 ? "1 item" : `${items} items`),
  read: "Read it",
  readAgain: "Read again",
  updated: (at: string) => `updated ${at}`,
} as const;

export const COLUMNS = {
  node: "Node",
  op: "Operation",
  item: "Item",
  value: "Value",
  effect: "Effect",
  time: "At",
} as const;
