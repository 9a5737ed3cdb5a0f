// The texts of the panel of context windows, loaded with it.

export const CONTEXT = {
  table: "How full each call's context window was",
  waiting: "No call yet of a model.",
  none: "No model was called.",
  nothing: "No call.",
  filtered: "No call passes the filter.",
  parts: { system: "system", tools: "tools", history: "history", tool_results: "tool results" },
  byCharacters: "shares by characters",
  unknownParts: "parts not known",
  unknownTools: "tools not known",
  media: (count: string) => `without ${count}`,
  unknownTokens: "not known",
  of: (tokens: string, limit: string) => `${tokens} of ${limit}`,
  unknownLimit: "limit not known",
  warning: { nearlyFull: "nearly full", full: "full" },
  part: (part: string, characters: string, share: string) => `${part}: ${characters}, ${share}`,
} as const;

export const COLUMNS = {
  call: "Call",
  step: "Step",
  window: "Context window",
  full: "Full",
  tokens: "Tokens in",
} as const;
