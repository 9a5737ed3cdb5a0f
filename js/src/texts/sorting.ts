// The texts of heads that sort.

export const SORT = {
  hint: (column: string) => `Sort by ${column.toLowerCase()}`,
} as const;
