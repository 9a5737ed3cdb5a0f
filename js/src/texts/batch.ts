// The texts of a batch.

export const BATCH = {
  region: (graph: string) => `LangGraph runs of ${graph || "a graph"}`,
  graph: "graph",
  filter: (graph: string) => `Filter the inputs of ${graph || "a graph"}`,
  all: "All",
  search: "Search inputs, errors and last words",
  searchField: "Search",
  searchHint: "In inputs, errors and last words ( / )",
  problem: (input: string, why: string) => `Input ${input}: ${why}`,
} as const;

export const FIGURES = {
  input: "input",
  inputs: "inputs",
  inputsHint: "Inputs that are done, of all",
  run: "run",
  runs: "runs",
  runsHint: "Runs that are over, of all that have a row",
  more: "more",
  moreHint: "Runs that came later, and have no row",
  part: (count: string, all: string) => `${count} of ${all}`,
  succeeded: (part: string) => `${part} inputs succeeded`,
  tokens: "tokens",
  tokensHint: "Tokens in and out of the models, in all runs",
  cost: "list price",
  costHint: "What all calls of models cost in US dollars, by list price",
  unpriced: (calls: string) => `Without ${calls} whose cost is not known`,
  elapsed: "elapsed",
  elapsedHint: "Time since the first run's start, by the kernel's clock",
} as const;

export const STEERING = {
  stop: "Stop",
  stopping: "Stopping…",
  stopHint: "Take no more inputs, and cancel the runs that go on",
  resume: "Go on",
  resuming: "Going on…",
  resumeHint: "Run the inputs that were not taken or were cancelled",
} as const;

export const TABLE = {
  inputs: "Inputs",
  columns: { input_index: "#" },
  number: "number",
  opened: (input: string) => `The run of input ${input} is open below`,
  run: (input: string) => `Run of input ${input}`,
  waiting: "No input was taken yet.",
  none: "There were no inputs.",
  noneFits: "No input passes the filter.",
} as const;
