import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx,mjs}"],
    isolate: false, // one page for all files, which `setupFiles` clears: to make one takes longer than most files' tests
    pool: "threads",
    restoreMocks: true,
    setupFiles: ["tests/setup.ts"],
    testTimeout: 60_000, // a loaded machine is slow, not wrong
  },
});
