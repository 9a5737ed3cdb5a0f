// The texts of values, loaded with what draws them.

export const VALUE = {
  copyText: "Copy the text",
  copyJson: "Copy as JSON",
  jsonText: "JSON text",
  table: "Table",
  tree: "Tree",
  showMore: (shown: string, all: string) => `Show more: ${shown} of ${all}`,
  child: "child",
  children: "children",
  loading: "Loading…",
  load: (size: string) => `Load all ${size}`,
  kernelGone: "The kernel that holds it is gone",
  more: (count: string) => `${count} more`,
  all: (size: string) => `… all ${size}`,
  small: "Show it small",
  whole: (label: string) => `${label}: show it whole`,
} as const;
