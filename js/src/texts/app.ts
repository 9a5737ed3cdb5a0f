// The texts of the form and the chat.

export const APP = {
  region: (graph: string) => `LangGraph form of ${graph || "a graph"}`,
  loading: "Reading what the graph takes…",
  again: "Try again",
  assistant: "Assistant",
  thread: "Thread",
  newThread: "new",
  noThread: "A new thread",
  newConversation: "New conversation",
  modes: "How the input is written",
  chat: "Chat",
  form: "Form",
  json: "JSON",
  explain: {
    threads: "Each run gets a thread of its own; a chat goes on in its first",
    noCheckpointer: "The graph has no checkpointer: each message is sent with all that was said before it",
  },
} as const;

export const INPUT = {
  name: "Input",
  more: "More input",
  context: "Context and config",
  config: "Config",
  input: "input",
  contextField: "context",
  configField: "config",
} as const;

export const RUN = {
  send: "Send",
  sendKey: "Enter",
  run: "Run",
  runKey: "Ctrl+Enter",
  stop: "Stop",
  stopHint: "Stop the run; what was received is kept",
  wrongField: "One field is to be corrected.",
  wrongFields: (count: string) => `${count} fields are to be corrected.`,
  earlier: "Earlier",
  earlierHint: "Bring back an input that was given before",
  python: "Python",
  panels: "Panels",
  hidePanels: "Put the run's panels away",
  showPanels: "Show the run's panels",
} as const;

export const PYTHON = {
  name: "The same in Python",
  copy: "Copy the line of Python",
  wrong: "There is something to correct first.",
} as const;

export const CHAT = {
  name: "Conversation",
  empty: "Nothing was said yet.",
  you: "You",
  ai: "ai",
  tool: "tool",
  thinking: "Thinking…",
  composer: "Say something",
  message: "Message",
  keys: "Enter sends, Shift+Enter begins a line, ↑ brings back earlier messages",
  failed: "The run failed.",
  stopped: "The run was stopped.",
  incomplete: "The run broke off: nobody knows how it ended.",
  explain: {
    asks: "The run stopped to ask: answer in its panels below, and it goes on.",
    breakpoint: "The run stopped at a breakpoint: its panels below have it go on.",
  },
} as const;

export const PICKER = {
  findOrType: (list: string) => `${list}: find one, or type its id`,
  findOrTypeField: "Find, or type an id",
  find: "Find in the list",
  findField: "Find",
  asTyped: "as typed",
  loading: "Asking…",
  none: "None yet",
} as const;
