import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.js"],
    environment: "jsdom",
    // A test that fails to stop a timer of a picture would hang, not fail.
    testTimeout: 10_000,
  },
});
