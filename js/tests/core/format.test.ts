import { describe, expect, it } from "vitest";
import {
  bigSize,
  formatByteSize,
  formatCountWithNoun,
  formatDollars,
  formatNamesWithCounts,
  formatDuration,
  formatTokensInAndOut,
  formatIndentedJson,
  previewValue,
  formatTimeSinceStart,
  formatRunningDuration,
  formatUsageLines,
} from "../../src/core/format";
import { namespaceNames, namespaceLabel } from "../../src/core/namespace";
import { RateMeter } from "../../src/core/rate";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

it("folds names that repeat", () => {
  expect(formatNamesWithCounts(["tools", "plan", "tools", "tools"])).toBe("tools ×3, plan");
  expect(formatNamesWithCounts([])).toBe("");
});

describe("durations", () => {
  it.each([
    [0.0004, "<1 ms"],
    [0.4, "400 ms"],
    [0.9996, "1.00 s"],
    [1.234, "1.23 s"],
    [12.34, "12.3 s"],
    [59.96, "1:00"],
    [75, "1:15"],
    [3_700, "1:01:40"],
    [null, "–"],
  ])("%s are %s", (seconds, text) => {
    expect(plain(formatDuration(seconds))).toBe(text);
  });

  it("tick in tenths, then in seconds", () => {
    expect(plain(formatRunningDuration(4.25))).toBe("4.3 s");
    expect(plain(formatRunningDuration(75.4))).toBe("1:15");
  });

  it("count from the run's start", () => {
    expect(plain(formatTimeSinceStart(101.5, 100))).toBe("+1.50 s");
    expect(plain(formatTimeSinceStart(100, 100))).toBe("+0 ms");
    expect(formatTimeSinceStart(null, 100)).toBe("–");
  });
});

describe("numbers", () => {
  it("have their plural", () => {
    expect(plain(formatCountWithNoun(1, "step"))).toBe("1 step");
    expect(plain(formatCountWithNoun(2_000, "step"))).toBe("2,000 steps");
  });

  it.each([
    [999, "999 B"],
    [5_214, "5.2 kB"],
    [999_600, "1.0 MB"],
    [12_300_000, "12 MB"],
  ])("%i bytes are %s", (n, text) => {
    expect(plain(formatByteSize(n))).toBe(text);
  });

  it("is of a text what it is, and of what nobody counted to its end at least that", () => {
    expect(plain(bigSize(106_000, "A sentence"))).toBe("106 kB");
    expect(plain(bigSize(16_391, '[{"content": "a'))).toBe("16 kB+");
    expect(plain(bigSize(16_391, '{"rows": [1, 2'))).toBe("16 kB+");
  });
});

describe("namespaces", () => {
  it.each([
    ["", []],
    ["mid:1a|inner:2b", ["mid", "inner"]],
    ["caller:1a|1", ["caller #2"]],
    ["odd", ["odd"]],
  ])("%j has the path %j", (namespace, path) => {
    expect(namespaceNames(namespace)).toEqual(path);
  });

  it("has a name for the root", () => {
    expect(namespaceLabel("")).toBe("root");
    expect(namespaceLabel("a:1|b:2")).toBe("a › b");
  });
});

describe("previews", () => {
  it.each([
    [null, "–"],
    ["two\n lines", "two ⏎ lines"],
    [{ a: 1, b: ["x", null] }, '{a: 1, b: ["x", null]}'],
    [{ $big: 9_000, preview: '{"a": …' }, '{"a": …'],
    [true, "true"],
  ])("of %j is %s", (value, text) => {
    expect(previewValue(value)).toBe(text);
  });

  it("visit no more of a value than they show", () => {
    const list = new Array(1_000).fill("word");
    const beyond = Object.defineProperty(list, 100, {
      get: () => {
        throw new Error("visited");
      },
    });
    expect(previewValue(beyond, 40)).toHaveLength(40);
  });

  it("are not what is copied", () => {
    expect(formatIndentedJson({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(formatIndentedJson("text")).toBe("text");
  });
});

describe("RateMeter", () => {
  it("tells the rate of the last seconds", () => {
    const meter = new RateMeter();
    expect(meter.rateAt(0)).toBeNull();
    for (let second = 0; second <= 10; second += 1)
      meter.addSample(second, second < 5 ? 0 : (second - 5) * 100);
    expect(meter.rateAt(10)).toBeCloseTo(100);
    expect(meter.rateAt(20)).toBeLessThan(50);
  });

  it("begins anew when the clock does", () => {
    const meter = new RateMeter();
    meter.addSample(10, 500);
    meter.addSample(0, 0);
    expect(meter.rateAt(0)).toBeNull();
  });
});

it.each([
  [null, "–"],
  [0, "$0.0000"],
  [0.00001, "<$0.0001"],
  [0.0031, "$0.0031"],
  [12.4, "$12.40"],
  [1234.5, "$1,234.50"],
])("%j dollars are %j", (amount, text) => {
  expect(formatDollars(amount)).toBe(text);
});

describe("tokens in and out", () => {
  it.each([
    [
      { input_tokens: 50_000, output_tokens: 82, cache_read_tokens: 48_000 },
      "50.0k in (48k cached) · 82 out",
    ],
    [{ input_tokens: 120, output_tokens: 9_999 }, "120 in · 9,999 out"],
    [{ input_tokens: 1_250_000, output_tokens: 999_600 }, "1.3M in · 1.0M out"],
    [{ input_tokens: 120, output_tokens: null }, "120 in"],
    [{ input_tokens: 120, output_tokens: 0 }, "120 in"],
    [{ input_tokens: null, output_tokens: 7 }, "7 out"],
    [{ input_tokens: null, output_tokens: null }, ""],
  ])("%j are %j", (used, text) => {
    expect(plain(formatTokensInAndOut(used))).toBe(text);
  });

  it("are each told, where they are known", () => {
    const used = { input_tokens: 100, output_tokens: null, cache_read_tokens: 80, reasoning_tokens: null };
    expect(formatUsageLines(used)).toBe("100 tokens in\n80 of these read from the provider's cache");
  });
});
