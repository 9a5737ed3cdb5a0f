import { Lexer } from "marked";
import { render } from "preact";
import { describe, expect, it, vi } from "vitest";
import { Markdown } from "../../src/components/Markdown";
import { TextPainter } from "../../src/components/painter";
import { ItemHeights } from "../../src/components/itemHeights";
import { isWebUrl } from "../../src/core/links";
import { GrowingText } from "../../src/core/text";

function markdown(text: string): HTMLElement {
  const host = document.createElement("div");
  render(<Markdown text={text} />, host);
  return host;
}

describe("Markdown", () => {
  it("makes elements of what it knows", () => {
    const host = markdown("# Title\n\nSome **bold** and `code`.\n\n- one\n- two\n\n```py\nx = 1\n```");
    expect(host.querySelector("strong")?.textContent).toBe("bold");
    expect([...host.querySelectorAll("li")].map((item) => item.textContent)).toEqual(["one", "two"]);
    expect(host.querySelector("pre code")?.textContent).toBe("x = 1");
  });

  it.each([
    '<img src="https://example.org/x.png" onerror="alert(1)">',
    "<script>alert(1)</script>",
    "text <b onclick='alert(1)'>bold</b>",
    "![a picture](https://example.org/x.png)",
    "<iframe src='https://example.org'></iframe>",
  ])("makes no HTML of %s", (text) => {
    const host = markdown(text);
    expect(host.querySelector("img, script, b, iframe, [onclick], [onerror]")).toBeNull();
  });

  it("shows tags as they were written", () => {
    expect(markdown("Use the <div> tag").textContent).toContain("<div>");
  });

  it("links to the web and nowhere else", () => {
    const host = markdown(
      "[a](https://example.org/) [b](javascript:alert(1)) [c](data:text/html,x) [d](/lab/tree) <https://example.org/e>",
    );
    const links = [...host.querySelectorAll("a")];
    expect(links.map((link) => link.getAttribute("href"))).toEqual([
      "https://example.org/",
      "https://example.org/e",
    ]);
    expect(links[0]?.getAttribute("rel")).toContain("noopener");
    expect(host.textContent).toContain("b");
  });

  it("shows the text as it is where the parser gives up", () => {
    vi.spyOn(Lexer.prototype, "lex").mockImplementation(() => {
      throw new Error("Infinite loop");
    });
    expect(markdown("# a *text*").textContent).toBe("# a *text*");
  });

  it("reads entities", () => {
    expect(markdown("1 &lt; 2 &amp; 3 &#8805; 2 &nosuch;").textContent).toBe("1 < 2 & 3 ≥ 2 &nosuch;");
  });

  it.each([
    ["https://example.org", true],
    ["HTTP://example.org", true],
    [" javascript:alert(1)", false],
    ["java\nscript:alert(1)", false],
    ["//example.org", false],
    ["mailto:a@example.org", false],
  ])("%j leads to a page: %j", (href, web) => {
    expect(isWebUrl(href)).toBe(web);
  });
});

describe("TextPainter", () => {
  function painted(limit?: number) {
    const host = document.createElement("div");
    const text = new GrowingText();
    const painter = new TextPainter(host, limit);
    return {
      host,
      text,
      paint: () => painter.paint(text),
      add: (piece: string) => text.write(text.length, piece),
    };
  }
  const shown = (host: HTMLElement) => [...host.children].map((block) => block.textContent).join("\n");

  it("appends text nodes and leaves earlier ones alone", () => {
    const { host, add, paint } = painted();
    add("The ");
    paint();
    const first = host.firstChild?.firstChild;
    add("turtle");
    paint();
    expect(host.textContent).toBe("The turtle");
    expect(host.firstChild?.firstChild).toBe(first);
    expect(host.firstChild?.childNodes).toHaveLength(2);
  });

  it("never makes markup of a text", () => {
    const { host, add, paint } = painted();
    add("<img src=x onerror=alert(1)>");
    paint();
    expect(host.querySelector("img")).toBeNull();
    expect(host.textContent).toBe("<img src=x onerror=alert(1)>");
  });

  it("cuts a long text into blocks at line ends, and loses nothing", () => {
    const { host, add, paint } = painted();
    const whole = Array.from({ length: 300 }, (_, nth) => `line ${nth} of a long message`).join("\n");
    for (const piece of whole.match(/[\s\S]{1,37}/g) ?? []) add(piece);
    paint();
    expect(host.children.length).toBeGreaterThan(2);
    expect(shown(host)).toBe(whole);
  });

  it("cuts a line without end, too", () => {
    const { host, add, paint } = painted();
    add("x".repeat(50_000));
    paint();
    expect(host.children.length).toBeGreaterThan(2);
    expect(host.textContent).toHaveLength(50_000);
  });

  it("draws anew what was replaced", () => {
    const { host, text, add, paint } = painted();
    add("one two");
    paint();
    text.write(4, "three");
    paint();
    expect(host.textContent).toBe("one three");
  });

  it("keeps to the end of a long text and says how much is hidden", () => {
    const { host, add, paint } = painted(10_000);
    let hidden = 0;
    for (let line = 0; line < 2_000; line += 1) {
      add(`line ${line}\n`);
      hidden = paint();
    }
    expect(host.textContent).toContain("line 1999");
    expect(host.textContent).not.toContain("line 10\n");
    expect(host.textContent?.length ?? 0).toBeLessThan(14_000);
    expect(hidden).toBeGreaterThan(5_000);
  });

  it("begins at the end of a text that is long already", () => {
    const { host, add, paint } = painted(1_000);
    add(Array.from({ length: 1_000 }, (_, nth) => `line ${nth}`).join("\n"));
    const hidden = paint();
    expect(host.textContent).toMatch(/^line \d+\n/);
    expect(host.textContent).toMatch(/line 999$/);
    expect(hidden).toBeGreaterThan(7_000);
  });
});

describe("Heights", () => {
  const list = (count: number, epoch: unknown = 0) => {
    const heights = new ItemHeights();
    heights.update(
      count,
      (index) => index,
      () => 20,
      epoch,
    );
    return heights;
  };

  it("says what is on screen", () => {
    expect(list(1_000).range(205, 300)).toEqual([10, 15]);
    expect(list(0).range(0, 100)).toEqual([0, 0]);
    expect(list(3).range(500, 600)).toEqual([2, 3]);
  });

  it("takes measured heights over guesses", () => {
    const heights = list(10);
    expect(heights.measure(2, 120)).toBe(100);
    expect(heights.measure(2, 120)).toBe(0);
    expect(heights.offset(3)).toBe(160);
    expect(heights.total).toBe(300);
  });

  it("grows and shrinks", () => {
    const heights = list(10);
    heights.measure(9, 50);
    heights.update(
      12,
      (index) => index,
      () => 20,
      0,
    );
    expect(heights.total).toBe(9 * 20 + 50 + 2 * 20);
    heights.update(
      5,
      (index) => index,
      () => 20,
      0,
    );
    expect(heights.total).toBe(100);
  });

  it("guesses those that come by how high the last ones were, and keeps what it believed of others", () => {
    const heights = new ItemHeights();
    const grow = (count: number) =>
      heights.update(
        count,
        (index) => index,
        (index) => (index === 5 ? 60 : 20),
        0,
        true,
      );
    grow(4);
    heights.measure(2, 100);
    heights.measure(2, 100);
    heights.measure(3, 140);
    grow(6);
    expect(heights.offset(2)).toBe(40);
    expect(heights.offset(5) - heights.offset(4)).toBe(100);
    expect(heights.offset(6) - heights.offset(5)).toBe(300);
    expect(heights.measure(4, 110)).toBe(10);
  });

  it("learns nothing from rows, of which an open one is no example", () => {
    const heights = list(3);
    heights.measure(1, 300);
    heights.update(
      4,
      (index) => index,
      () => 20,
      0,
    );
    expect(heights.total).toBe(20 + 300 + 20 + 20);
  });

  it("knows items by their key when the list becomes another one", () => {
    const heights = new ItemHeights();
    const keys = ["a", "b", "c"];
    heights.update(
      3,
      (index) => keys[index] ?? "",
      () => 20,
      0,
    );
    heights.measure(1, 100);
    const others = ["b", "c"];
    heights.update(
      2,
      (index) => others[index] ?? "",
      () => 20,
      1,
    );
    expect(heights.offset(1)).toBe(100);
  });
});
