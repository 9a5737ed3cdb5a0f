// The texts of what draws Markdown, loaded with it.

export const MARKDOWN = {
  image: (text: string) => `[image: ${text}]`,
  noText: "no text",
} as const;
