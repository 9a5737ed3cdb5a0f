// The texts of the panel of calls, loaded with it.

export const CALLS = {
  table: "Calls of models and tools",
  waiting: "No call yet of a model or a tool.",
  none: "No model and no tool was called.",
  nothing: "No call.",
  filtered: "No call passes the filter.",
  attempt: (number: string) => `try ${number}`,
  inferred: "inferred",
  fromCache: "from cache",
  noSystem: "None.",
  noTools: "None.",
  asBefore: (messages: string) => `${messages} as before`,
  fresh: (count: string) => `${count} new`,
  load: (size: string) => `Load all ${size}`,
  loading: "Loading…",
  gone: "The kernel that holds it is gone",
  select: "Show in the other panels",
  explain: {
    model: "Inferred from its message: system prompt, messages, tools and parameters are not known.",
    given:
      "Inferred from its message: system prompt, tools and parameters are not known. The messages are those that its task was given, which the node may have changed.",
    tool: "Inferred from the message with its result: when it began is not known.",
    events:
      "Known from the mode “events”, which names no tools and, of the parameters, what the metadata name.",
  },
} as const;

/** What a prompt is copied as. */
export const COPY = {
  name: "Copy what it got as",
  hint: { json: "Copy as JSON", openai: "Copy as OpenAI messages", python: "Copy as Python" },
  form: { json: "JSON", openai: "OpenAI messages", python: "Python" },
} as const;

/** What is other than in the call before of the same agent. */
export const CHANGES = {
  changed: "changed",
  hint: "Other than in this agent's call before",
  before: "Before",
  now: "Now",
} as const;

/** Of a call that failed. */
export const FAILURE = {
  status: (code: string) => `status ${code}`,
  request: (id: string) => `request ${id}`,
  attempt: (nth: string, of: string) => `try ${nth} of ${of}`,
  next: "Show the next try",
  ended: (status: string) => `the last: ${status}`,
  sent: (messages: string) => `${messages} sent`,
  body: "What came back",
} as const;

/** The titles of columns. */
export const COLUMNS = {
  call: "Call",
  agent: "Agent",
  status: "Status",
  first: "First token",
  latency: "Latency",
  input: "In",
  cached: "Cached",
  output: "Out",
  reasoning: "Reasoning",
  cost: "List price",
} as const;

/** Of the line that sums what is shown. */
export const TOTALS = {
  name: "Totals",
  failed: "failed",
} as const;

/** What there is of an open call. */
export const PARTS = {
  system: "System prompt",
  messages: "Messages",
  tools: "Tools",
  format: "Response format",
  parameters: "Parameters",
  output: "Output",
  usage: "Usage",
  cost: "List price in US dollars",
  about: "What the tool says of itself",
  args: "Arguments",
  result: "Result",
  artifact: "Artifact",
} as const;
