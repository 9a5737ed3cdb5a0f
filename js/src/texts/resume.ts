// The texts around a run that stopped.

export const RESUME = {
  continue: "Continue",
  continueHint: "It goes on from its last checkpoint",
  answer: "Answer",
  answers: "answer",
  graph: "the graph",
  waits: (answers: string) => `Waits for ${answers}.`,
  wantsToCall: (tools: string) => `Wants to call ${tools}.`,
  asks: (node: string, question: string) => `${node} asks: ${question}`,
  fromCheckpoint: "It can go on from its last checkpoint.",
  fromCheckpointWith: (nodes: string) => `It can go on from its last checkpoint with ${nodes}.`,
  before: (nodes: string) => `Stopped at the breakpoint before ${nodes}.`,
  after: (nodes: string) => `Stopped at the breakpoint after ${nodes}.`,
  afterWith: (passed: string, nodes: string) =>
    `Stopped at the breakpoint after ${passed}; it goes on with ${nodes}.`,
  node: "a node",
  or: " or ",
  breakpoint: "Stopped at a breakpoint.",
} as const;

export const STEP = {
  next: "Next step",
  nextHint: "Go on, and stop before what comes then",
  to: (node: string) => `Run to ${node}`,
  toHint: (node: string) => `Go on, and stop before ${node}, this time`,
} as const;

export const LINE = {
  name: "The same in Python",
  copy: "Copy this line",
  noName: "which no variable holds: start it with -o run",
} as const;
