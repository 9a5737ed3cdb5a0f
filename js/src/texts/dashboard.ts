// The texts of a dashboard.

export const DASHBOARD = {
  region: (run: string) => `Dashboard of ${run}`,
  none: "No run yet: its panels come here.",
} as const;
