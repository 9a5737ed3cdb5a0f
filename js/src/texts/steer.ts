// The texts of what begins anew from a run.

export const BRANCHES = {
  name: "Runs in this cell",
  run: "Run",
  branch: "Branch",
  nth: (nth: string) => `Branch ${nth}`,
} as const;

export const EDIT = {
  edit: "Edit",
  of: (what: string) => `Edit ${what}`,
  hint: "Change it and run on from here",
  loading: "Loading…",
} as const;
