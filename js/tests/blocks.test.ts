import { describe, expect, it } from "vitest";
import { describeBlocks } from "../src/panels/tokens/blocks";

const PNG = "iVBORw0KGgo=";

describe("a block beside a message's text", () => {
  it.each([
    [{ type: "image", base64: PNG, mime_type: "image/png" }],
    [{ type: "image", source_type: "base64", data: PNG, mime_type: "image/png" }],
    [{ type: "image", source: { type: "base64", media_type: "image/png", data: PNG } }],
    [{ type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } }],
    [{ type: "image_url", image_url: `data:image/png;base64,${PNG}` }],
  ])("%j is an image that carries its own data", (block) => {
    expect(describeBlocks([block])[0]).toMatchObject({
      kind: "image",
      src: `data:image/png;base64,${PNG}`,
      label: expect.stringContaining("image/png"),
    });
  });

  it.each([
    [{ type: "image_url", image_url: { url: "https://example.org/x.png" } }, "https://example.org/x.png"],
    [{ type: "image", url: "//example.org/x.png" }, "//example.org/x.png"],
    [{ type: "file", file_id: "file-1", name: "a.pdf" }, "file-1"],
  ])("%j is told by its address, and not loaded", (block, address) => {
    expect(describeBlocks([block])[0]).toMatchObject({ kind: "file", address });
  });

  it.each([
    [{ type: "image", base64: '"><script>', mime_type: "image/png" }],
    [{ type: "image_url", image_url: { url: "data:text/html;base64,PHNjcmlwdD4=" } }],
    [{ type: "image_url", image_url: { url: "javascript:alert(1)" } }],
    [{ type: "image", base64: PNG, mime_type: "text/html" }],
  ])("%j is never a picture", (block) => {
    expect(describeBlocks([block])[0]?.kind).not.toBe("image");
  });

  it("can be a sound, a file, or something nobody knows", () => {
    expect(
      describeBlocks([{ type: "input_audio", input_audio: { data: PNG, format: "mp3" } }])[0],
    ).toMatchObject({
      kind: "audio",
      src: `data:audio/mp3;base64,${PNG}`,
    });
    expect(
      describeBlocks([
        { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${PNG}` } },
      ]),
    ).toEqual([{ kind: "file", label: "a.pdf · application/pdf · 8\u00a0B", address: null }]);
    expect(describeBlocks([{ type: "search_result", hits: 3 }])).toEqual([
      { kind: "other", label: "search_result", value: { type: "search_result", hits: 3 } },
    ]);
    expect(describeBlocks("odd")).toEqual([{ kind: "other", label: "content", value: "odd" }]);
  });
});
