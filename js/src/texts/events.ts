// The texts of the panel Events.

export const EVENTS = {
  name: "Events",
  matching: (count: string) => `${count} matching events`,
  part: (events: string, all: string) => `${events} of ${all}`,
  event: "event",
  mode: "Mode",
  seq: "Seq",
  at: "At",
  step: "Step",
  where: "Where",
  data: "Data",
  waiting: "No events yet.",
  none: "The run sent no events.",
  noneFits: "No event matches.",
  loading: "Looking…",
  kernelGone: "The events are kept by the kernel, which is gone.",
  blocked: "The kernel keeps the events and answers once the cell has ended.",
} as const;

export const EVENT = {
  tree: "Tree",
  raw: "Raw JSON",
  copy: "Copy as JSON",
  more: (size: string) => `… ${size} more`,
  show: "Show in the other panels:",
  message: "message",
  task: "task",
  subgraph: "subgraph",
  step: (step: string) => `step ${step}`,
} as const;
