// The texts of the panel Tokens, which come with the frame.

export const TOKENS = {
  name: "Messages",
  waiting: "No messages yet.",
  none: "No messages: no model was called, or none streamed its messages.",
  noneSelected: "No message.",
  noneFits: "No message passes the filter.",
  earlier: "earlier message",
  allAsJson: "All messages as JSON",
  theseAsJson: "These messages as JSON",
  copy: "Copy the messages as JSON",
  newest: (count: string) => ` · the newest ${count}`,
} as const;

/** Of the sums by node. */
export const USAGE = {
  name: "Tokens by node",
  node: "Node",
  messages: "Messages",
  input: "In",
  cached: "Cached",
  output: "Out",
  reasoning: "Reasoning",
} as const;

export const MESSAGE = {
  prompt: "Prompt",
  promptHint: "What the model got: its prompt, tools and parameters",
  of: (speaker: string) => `Message of ${speaker}`,
  edited: (speaker: string) => `the message of ${speaker}`,
  editedResult: (tool: string) => `the result of ${tool}`,
  removed: "removed",
  select: "Select",
  selectHint: "Show what belongs to this message in the other panels",
  copy: "Copy the text",
  markdown: "Markdown",
  markdownHint: "Show as Markdown",
  raw: "Raw",
  rawHint: "Show the text as it came",
  reasons: "Reasoning…",
  reasoning: "Reasoning",
  model: "Model",
  chunk: "chunk",
  chunksHint: "Chunks received; the model told no usage",
  firstToken: (time: string) => `${time} to first token`,
  firstTokenHint: "Time to first token",
  latency: (time: string) => `${time} in all`,
  latencyHint: "From the call to the end",
  rate: (tokens: string) => `${tokens} tok/s`,
  rateHint: "Tokens per second, from the first to the last",
  tagHint: "A tag of the model call",
} as const;

export const CONTENT = {
  toolCall: "tool call",
  error: "Error",
  empty: "(empty)",
  sources: "Sources",
  moreSource: "more source",
  artifact: "Artifact",
  loading: "Loading…",
  load: (size: string) => `Load the content beside the text, ${size}`,
  refused: "The model refused, and did not say why.",
  notOpened: (why: string) => `It cannot be opened: ${why}`,
  open: "Open",
  download: "Download",
  byProvider: "run by the provider",
} as const;
