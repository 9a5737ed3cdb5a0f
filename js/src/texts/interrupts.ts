// The texts of the panel Interrupts.

export const INTERRUPTS = {
  name: "Interrupts",
  questions: "Questions",
  waiting: "Nothing asks for an answer.",
  none: "Nothing asked for an answer.",
  noneSelected: "No interrupt.",
  noneFits: "No interrupt passes the filter.",
  approveAll: (count: string) => `Approve all ${count}`,
  graph: "the graph",
} as const;

export const QUESTION = {
  of: (node: string) => `Question of ${node}`,
  waits: "Waits for an answer",
  waitsForState: "Waits for another state",
  answered: "Answered",
  answeredElsewhere: "Answered elsewhere",
  answeredWith: "Answered with",
  id: (id: string) => `Interrupt ${id}`,
  copyId: "Copy the interrupt's id",
  loading: "Loading…",
  node: "The node",
  edit: "Edit it in Checkpoints",
  runAgain: "and run again from there.",
  explain: {
    nodeInterrupt: (node: string) =>
      `${node} raised a NodeInterrupt, which takes no answer: it runs again when the state is another.`,
  },
} as const;

export const ANSWER = {
  to: (node: string) => `Answer to ${node}`,
  answer: "answer",
  later: "Leave for later",
  asText: "Sent as a text.",
  asBlocks: "Sent as content blocks, the text first.",
  asValue: "Sent as a value: JSON or a Python literal.",
  giveValue: "Give a value instead",
  giveText: "Give a text instead",
  keys: "Enter sends, Shift+Enter begins a line",
  other: "Or another answer",
  example: '"yes", True, {"approved": true} …: JSON or a Python literal',
} as const;

export const REVIEW = {
  call: (tool: string) => `Call of ${tool}`,
  decision: (tool: string) => `Decision on ${tool}`,
  argumentsOf: (tool: string) => `Arguments of ${tool}`,
  args: "arguments",
  noArgs: "No arguments.",
  reason: "Why it is rejected",
  reasonField: "Why, if you like",
  result: (tool: string) => `What ${tool} is to have said`,
  resultField: "In place of the tool's result",
  decisions: {
    approve: "Approve",
    edit: "Edit",
    reject: "Reject",
    respond: "Respond",
    ignore: "Ignore",
  },
} as const;

/** Why an answer cannot be sent yet; of a call after the tool's name. */
export const UNFINISHED = {
  none: "There is no answer yet.",
  answer: "the answer",
  undecided: "is not decided",
  args: "arguments are an object, {…}",
  respond: "needs what to respond",
} as const;

export const SEND = {
  name: "Answer",
  one: "Send the answer",
  some: (count: string, all: string) => `Send ${count} of ${all} answers`,
  all: (answers: string) => `Send ${answers}`,
  answer: "answer",
  sending: "Sending…",
  hint: "The run goes on with it, here",
  now: "Send now",
  undo: "Undo",
  undoHint: "Do not send it (Esc)",
  soon: (seconds: string) => `Sends in ${seconds} s`,
  running: "The run goes on: it can be answered when it has stopped.",
  explain: {
    again: "The node that asked runs again from its start, up to where it asked.",
    againOne: (node: string) => `The node ${node} runs again from its start, up to where it asked.`,
    againAll: (nodes: string) => `The nodes ${nodes} run again from their start, up to where they asked.`,
  },
} as const;
