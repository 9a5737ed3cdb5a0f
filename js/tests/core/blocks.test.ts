import { describe, expect, it } from "vitest";
import { describeBlocks, citationsOf } from "../../src/core/blocks";
import { opensInBrowser } from "../../src/panels/tokens/openFile";

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
    ).toMatchObject([
      {
        kind: "file",
        label: "a.pdf · application/pdf · 8\u00a0B",
        address: null,
        data: { base64: PNG, mime: "application/pdf", name: "a.pdf" },
      },
    ]);
    expect(describeBlocks([{ type: "search_result", hits: 3 }])).toEqual([
      { kind: "other", label: "search_result", value: { type: "search_result", hits: 3 } },
    ]);
    expect(describeBlocks("odd")).toEqual([{ kind: "other", label: "content", value: "odd" }]);
  });
});

describe("a sound", () => {
  const WAV = "UklGRiQBAABXQVZFZm10IA==";

  it("is told by its first bytes where nobody says what it is, and its transcript with it", () => {
    const [block] = describeBlocks([{ type: "audio", data: WAV, transcript: "Good morning" }]);
    expect(block).toMatchObject({
      kind: "audio",
      src: `data:audio/wav;base64,${WAV}`,
      text: "Good morning",
    });
  });

  it("that no browser plays is a file to download", () => {
    const raw = { type: "audio", base64: "AAAA", mime_type: "audio/L16;codec=pcm;rate=24000" };
    expect(describeBlocks([raw])[0]).toMatchObject({ kind: "file", data: { base64: "AAAA" } });
  });

  it("of which only the words came is these", () => {
    expect(describeBlocks([{ type: "audio", transcript: "Hello" }])[0]).toMatchObject({
      kind: "file",
      data: null,
      text: "Hello",
    });
  });
});

describe("a file", () => {
  it.each([
    ["application/pdf", true],
    ["image/png", true],
    ["text/html", false],
    ["image/svg+xml", false],
    ["application/xhtml+xml", false],
    [null, false],
  ])("of %s opens: %s", (mime, opens) => {
    expect(opensInBrowser(mime)).toBe(opens);
  });
});

describe("what the provider did", () => {
  it("stands under the call that asked for it", () => {
    const blocks = [
      { type: "server_tool_call", id: "s1", name: "web_search", args: { query: "lisbon" } },
      { type: "server_tool_call", id: "s2", name: "web_search", args: { query: "porto" } },
      { type: "server_tool_result", tool_call_id: "s1", status: "success", output: [{ url: "u" }] },
      { type: "server_tool_result", tool_call_id: "s2", status: "error", output: "none" },
    ];
    expect(describeBlocks(blocks)).toEqual([
      {
        kind: "call",
        name: "web_search",
        args: { query: "lisbon" },
        results: [[{ url: "u" }]],
        failed: false,
      },
      { kind: "call", name: "web_search", args: { query: "porto" }, results: ["none"], failed: true },
    ]);
  });

  it.each([
    [{ type: "server_tool_use", id: "s", name: "web_search", input: { query: "q" } }, "web_search"],
    [{ type: "mcp_call", id: "m", name: "roll", arguments: "{}", output: "4" }, "roll"],
    [{ type: "web_search_call", id: "w", action: { query: "q" }, status: "completed" }, "web_search"],
    [{ type: "web_fetch_tool_result", tool_use_id: "gone", content: "page" }, "web_fetch"],
    [{ type: "non_standard", value: { type: "executable_code", executable_code: "1 + 1" } }, "code"],
  ])("%j is a call", (block, name) => {
    expect(describeBlocks([block])[0]).toMatchObject({ kind: "call", name });
  });

  it("is a picture where it made one", () => {
    const block = { type: "image_generation_call", id: "ig", status: "completed", result: PNG };
    expect(describeBlocks([block])[0]).toMatchObject({
      kind: "image",
      src: `data:image/png;base64,${PNG}`,
    });
  });

  it("is a refusal where the model would not", () => {
    expect(describeBlocks([{ type: "refusal", refusal: "I can't." }])).toEqual([
      { kind: "refusal", text: "I can't." },
    ]);
  });
});

describe("sources", () => {
  it("stand once each, in the order in which they are cited", () => {
    const page = { type: "citation", url: "https://example.org/a", title: "A", cited_text: "one" };
    expect(
      citationsOf([page, { ...page, cited_text: "two" }, { type: "citation", cited_text: "by heart" }, {}]),
    ).toEqual([
      { title: "A", url: "https://example.org/a", quote: "one" },
      { title: "source", url: null, quote: "by heart" },
    ]);
    expect(citationsOf(null)).toEqual([]);
  });
});
