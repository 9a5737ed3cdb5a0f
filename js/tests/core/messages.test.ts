import { expect, it } from "vitest";
import { isMessageLike, roleOf } from "../../src/core/messages";
import type { Json } from "../../src/core/schema";

it.each([
  [{ type: "human", content: "hi" }, "human", true],
  [{ type: "AIMessageChunk", content: [] }, "ai", true],
  [{ type: "remove", content: "", id: "1" }, "remove", true],
  [{ type: "remove", content: "" }, null, false],
  [{ role: "user", content: "hi" }, null, true],
  [{ type: "AI", content: "" }, null, false],
  [{ type: "human" }, null, false],
  [{ type: "text", content: "a block" }, null, false],
  [{ content: "of nobody" }, null, false],
  ["hi", null, false],
  [null, null, false],
  [["user", "hi"], null, false],
] as readonly [Json, string | null, boolean][])(
  "of %j the role is %j; written for one: %j",
  (value, role, written) => {
    expect(roleOf(value)).toBe(role);
    expect(isMessageLike(value)).toBe(written);
  },
);
