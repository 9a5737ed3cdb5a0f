/** `make mutants`: which mutants of the store and of the wire no test fails for. */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutants.config.ts" },
  mutate: ["src/core/store.ts", "src/core/connection/*.ts"],
  tsconfigFile: "none", // Stryker would rewrite it by an API that TypeScript 7 does not have
  concurrency: 1,
  coverageAnalysis: "perTest",
  ignoreStatic: true,
  reporters: ["progress-append-only", "clear-text"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 95, break: 95 },
};
