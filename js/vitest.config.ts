import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx,mjs}"],
    restoreMocks: true,
    testTimeout: 60_000, // a loaded machine is slow, not wrong
  },
});
