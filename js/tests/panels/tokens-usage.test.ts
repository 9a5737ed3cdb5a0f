// What each node's messages used, in the panel Tokens.

import { describe, expect, it } from "vitest";
import type { MessageRow } from "../../src/core/schema";
import { usageByNode } from "../../src/panels/tokens/data";
import { message } from "../builders";

const used = (id: string, node: string, input: number | null, output: number | null, more = {}) =>
  message(id, { node, input_tokens: input, output_tokens: output, ...more } as Partial<MessageRow>);

describe("the sums by node", () => {
  it("hold what somebody counted, the node that used most first", () => {
    const sums = usageByNode([
      used("a", "plan", 10, 5),
      used("b", "write", 100, 50, { cache_read_tokens: 80 }),
      used("c", "plan", 20, null),
      used("d", "check", null, null),
    ]);
    expect(
      sums.map(({ node, messages, input, cached, output, reasoning }) => ({
        row: [node, messages, input, cached, output, reasoning],
      })),
    ).toEqual([{ row: ["write", 1, 100, 80, 50, null] }, { row: ["plan", 2, 30, null, 5, null] }]);
  });

  it("take the visits of a subgraph together, and nodes of one name in two places apart", () => {
    const sums = usageByNode([
      used("a", "model", 1, 1, { namespace: "team:1" }),
      used("b", "model", 1, 1, { namespace: "team:2" }),
      used("c", "model", 1, 1),
    ]);
    expect(sums.map(({ namespace, messages }) => [namespace, messages])).toEqual([
      ["team:1", 2],
      ["", 1],
    ]);
  });

  it("leave out what no node of the run produced", () => {
    expect(usageByNode([used("a", "plan", 9, 9, { source: "history" })])).toEqual([]);
  });
});
