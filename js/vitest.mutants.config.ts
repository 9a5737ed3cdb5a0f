import { defineConfig } from "vitest/config";
import all from "./vitest.config";

/** The tests with which mutants of the store and of the wire are tried: of `core/` and `state/`, which draw nothing. */
export default defineConfig({
  test: { ...all.test, isolate: true, include: ["tests/{core,state}/**/*.test.ts"] },
});
