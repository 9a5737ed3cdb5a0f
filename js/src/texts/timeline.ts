// The texts of the panel Timeline.

export const TIMELINE = {
  name: "Timeline",
  tasks: (count: string) => `${count} by lane; arrow keys: other tasks, + and −: zoom`,
  waiting: "No task has started yet.",
  none: "No task was reported.",
  noneFits: "No task passes the filter.",
  task: (name: string) => `Task ${name}`,
  lane: (name: string, tasks: string) => `${name}, ${tasks}`,
  together: (tasks: string, node: string) => `${tasks} of ${node}`,
  zoomIn: "zoom in to tell them apart",
  tries: (count: string) => `${count} tries`,
  success: "success",
  step: (step: string) => `step ${step}`,
  steps: (first: string, last: string) => `steps ${first}–${last}`,
  from: (time: string) => `from +${time}`,
  to: (time: string) => `to +${time}`,
} as const;

/** What went on in a task. */
export const ACTIVITY = {
  wentTo: {
    waits: "waiting for a model",
    answers: "model answering",
    tool: "tools",
    retry: "between tries",
    own: "own code",
  },
  longest: {
    waits: (model: string) => `${model}, waiting`,
    answers: (model: string) => `${model}, answering`,
    tool: (tool: string) => `tool ${tool}`,
    retry: (name: string) => `${name}, between tries`,
  },
  of: (part: string, whole: string, what: string) => `${part} of ${whole}: ${what}`,
} as const;

export const AXIS = {
  time: "time",
  steps: "steps",
  waits: "waits",
  path: "critical path",
  checkpoint: (graph: string) => `Checkpoint of ${graph}`,
  between: (time: string) => `${time} between steps`,
} as const;

export const TOOLS = {
  merge: "Fold visits",
  mergeHint: "One lane for all visits of a subgraph",
  path: "Critical path",
  pathHint: "Where the time went: the last task of each step",
  pathIs: "critical path:",
} as const;

export const DETAILS = {
  step: "step",
  start: "start",
  end: "end",
  took: "took",
  tries: "tries",
  close: "Close (Esc)",
  firstToken: "first token",
  failed: (nth: string, reason: string, time: string) =>
    `Try ${nth} failed${reason}; tried again at ${time}.`,
  noData: "Its input and output are not known.",
} as const;
