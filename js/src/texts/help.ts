// The texts of the help: keys and marks, each with what it does or means.

export const HELP = {
  title: "Keys and marks",
  close: "Close the help",
  keys: {
    title: "Keys",
    entries: [
      ["?", "opens and closes this help"],
      ["/", "goes to the filter"],
      ["Enter", "in the filter: the next place; with Shift, the one before"],
      ["Esc", "clears the selection"],
      ["\u2190 \u2192", "on a tab: another panel; in State: another step"],
      ["Shift + click", "on a tab: opens it in the other place"],
      ["\u2191 \u2193", "in Timeline: from task to task"],
      ["+ \u2212", "in Timeline and Graph: zoom"],
      ["p", "on a message: its prompt"],
      ["b a", "on a node of Graph: a breakpoint before, after it"],
    ],
  },
  marks: {
    title: "Marks",
    entries: [
      ["node", "a node; each has its own colour in all panels"],
      ["half", "the panel on this side"],
      ["check", "success"],
      ["cross", "error"],
      ["pause", "interrupted: it waits for an answer or to go on"],
      ["stop", "cancelled"],
      ["return", "cached: not run again"],
      ["dash", "unreported: nobody told how it ended"],
      ["first", "in Timeline: the first token"],
      ["checkpoint", "in Timeline: a checkpoint"],
    ],
  },
} as const;
