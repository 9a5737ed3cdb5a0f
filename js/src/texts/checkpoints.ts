// The texts of the panel Checkpoints.

export const CHECKPOINTS = {
  name: "Checkpoints",
  list: (checkpoints: string) => `${checkpoints} of the thread, the oldest first`,
  checkpoint: "checkpoint",
  waiting: "No checkpoint yet.",
  none: "No checkpoint was saved: a graph with a checkpointer saves them.",
  noneSelected: "No checkpoint.",
  noneFits: "No checkpoint passes the filter.",
  loading: "Listing the thread’s checkpoints…",
  choose: "Choose one to see the state there, or to run from it.",
  cut: (shown: string, all: string) => ` The newest ${shown} of ${all}.`,
  again: "Ask again",
  subgraphs: (count: string) => `subgraphs’ too (${count})`,
  firstRun: "the first run",
  earlierRun: "an earlier run",
  thisRun: "this run",
  showRun: (run: string, status: string) => `${run}: ${status}. Show it, if this cell does.`,
} as const;

export const CHECKPOINT_ROW = {
  step: (step: string) => `step ${step}`,
  changed: (keys: string) => `changed ${keys}`,
  next: (nodes: string) => `next: ${nodes}`,
  nextIs: "next: ",
  edited: "edited",
} as const;

export const CHECKPOINT = {
  back: "All checkpoints",
  checkpoint: "Checkpoint",
  step: (step: string) => `Step ${step}`,
  copyId: "Copy the checkpoint’s id",
  loading: "Loading…",
  empty: "The state is empty here.",
  rootOnly: "A run can start again at checkpoints of the whole graph only.",
  changedHere: "changed here",
  notSet: "not set",
  edit: "Edit",
  editKey: (key: string) => `Edit ${key}`,
  newValue: (key: string) => `New value of ${key}`,
  leave: "Leave as it was",
  unparsed: "A new value cannot be read yet.",
  explain: {
    tooLarge: "It is too large to be edited here: write it in a cell, run.fork(…, values={…}).",
    notJson: (place: string) =>
      `At ${place} is an object that JSON cannot say: write this key in a cell, run.fork(…, values={…}).`,
  },
} as const;

export const FORK = {
  run: "Run again from here",
  writeAndRun: "Write this and run from here",
  starting: "Starting…",
  nothing: "Nothing is left to run here",
  hint: "A new run begins here; this one stays as it is",
  stays: "A new run begins here; this one stays as it is.",
  asNode: "as node",
  asNodeHint: "The node that is to have written it: what follows runs next",
  runs: (run: string) => `It runs: ${run}.`,
  runsElsewhere: (run: string) => `It runs: ${run}.show() shows it.`,
  goesOn: "The run goes on meanwhile, on the same thread.",
  explain: {
    nothing: "Nothing is left to run here: change something, or choose the node that is to have written it.",
    unknownReducers:
      "Only what changed is written. Keys with a reducer, which a server does not tell of, are written through it.",
    throughReducers:
      "Only what changed is written, through the keys’ reducers: this langgraph cannot pass by them.",
    written: "Only what changed is written, in a checkpoint of its own; this run stays as it is.",
  },
} as const;
