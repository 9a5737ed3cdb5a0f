// What is written of a message or a value that is edited where it is shown. Without a page.

import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/schema";
import { InvalidInput } from "../../src/core/invalidInput";
import { beginEdit, writesOfEdit } from "../../src/steer/inPlaceEdit";
import type { WritePlace } from "../../src/steer/protocol";

const place = (value: Json, fields: Partial<WritePlace> = {}): WritePlace => ({
  checkpoint_id: "1ef",
  step: 2,
  key: "messages",
  as_node: "tools",
  nodes: ["tools"],
  reduced: ["messages"],
  by_id: ["messages"],
  supports_overwrite: true,
  value,
  ...fields,
});

const [first, second] = [
  { type: "ai", id: "a", content: "Let me look." },
  { type: "tool", id: "t", content: "rain", tool_call_id: "c" },
];

describe("a message", () => {
  const subject = { kind: "message", id: "t" } as const;

  it("is edited by its text, and written alone by its id", () => {
    const edit = beginEdit(subject, place([second as Json]));
    expect(edit.draft).toBe("rain");
    expect(writesOfEdit(subject, edit)).toBeNull();
    expect(writesOfEdit(subject, { ...edit, draft: "snow" })).toEqual({
      messages: [{ ...second, content: "snow" }],
    });
  });

  it("of one block keeps the block", () => {
    const block = { type: "text", text: "rain", id: "b" };
    const edit = beginEdit(subject, place([{ ...second, content: [block] }] as Json));
    expect(edit.draft).toBe("rain");
    expect(writesOfEdit(subject, { ...edit, draft: "snow" })).toEqual({
      messages: [{ ...second, content: [{ ...block, text: "snow" }] }],
    });
  });

  it("of several blocks is edited by its content", () => {
    const content = [{ type: "text", text: "rain" }, { type: "image" }];
    expect(beginEdit(subject, place([{ ...second, content }] as Json)).draft).toEqual(content);
  });

  it("is written with its whole list where the reducer only adds", () => {
    const edit = beginEdit(subject, place([first, second] as Json, { by_id: [] }));
    expect(writesOfEdit(subject, { ...edit, draft: "snow" })).toEqual({
      messages: { __overwrite__: [first, { ...second, content: "snow" }] },
    });
  });

  it("is not edited where it holds what JSON cannot say", () => {
    const artifact = { $type: "app.Table", repr: "<Table>" };
    expect(() => beginEdit(subject, place([{ ...second, artifact }] as Json))).toThrow("At /0/artifact");
  });
});

describe("a value", () => {
  const subject = { kind: "value", step: 2, key: "topic" } as const;

  it("is written as it was typed, once it can be read", () => {
    const edit = beginEdit(subject, place({ a: 1 }, { key: "topic" }));
    expect(
      writesOfEdit(subject, { ...edit, draft: { a: new InvalidInput("x", "expects a number") } }),
    ).toBeNull();
    expect(writesOfEdit(subject, { ...edit, draft: { a: 2 } })).toEqual({ topic: { a: 2 } });
  });
});
