// How often a panel is drawn while a run goes on: by a clock of the test's own.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drawInOwnFrame, DrawPacer } from "../../src/core/pace";

describe("a pace", () => {
  let clock = 0;
  let drawn: string[] = [];
  const drawing = (name: string, cost: number) => () => {
    drawn.push(name);
    clock += cost;
  };
  const pass = async (milliseconds: number) => {
    await Promise.resolve(); // what is asked for at this moment
    clock += milliseconds;
    vi.advanceTimersByTime(milliseconds);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    drawn = [];
    clock += 10_000; // whatever had its turn in another test is over
    vi.spyOn(performance, "now").mockImplementation(() => clock);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it("draws what is quick each time, at once", async () => {
    const pace = new DrawPacer();
    const draw = drawing("a", 2);
    for (let nth = 0; nth < 3; nth += 1) {
      pace.requestDraw(draw, false);
      await pass(1);
    }
    expect(drawn).toEqual(["a", "a", "a"]);
  });

  it("lets what took long rest, and draws it once however often it was asked for", async () => {
    const pace = new DrawPacer();
    const draw = drawing("a", 50);
    pace.requestDraw(draw, false);
    await pass(1);
    pace.requestDraw(draw, false);
    pace.requestDraw(draw, false);
    await pass(0);
    expect(drawn).toEqual(["a"]);
    await pass(400);
    expect(drawn).toEqual(["a", "a"]);
    await pass(1_000);
    expect(drawn).toEqual(["a", "a"]);
  });

  it("waits no longer for a turn whose end nobody heard", async () => {
    new DrawPacer().requestDraw(drawing("a", 50), false);
    await Promise.resolve();
    vi.clearAllTimers();
    const pace = new DrawPacer();
    pace.requestDraw(drawing("b", 50), false);
    await pass(100);
    expect(drawn).toEqual(["a"]);
    await pass(1_000);
    await pass(100);
    expect(drawn).toEqual(["a", "b"]);
  });

  it("does not rest when it is urgent", async () => {
    const pace = new DrawPacer();
    const draw = drawing("a", 50);
    pace.requestDraw(draw, false);
    await pass(1);
    pace.requestDraw(draw, true);
    await pass(0);
    expect(drawn).toEqual(["a", "a"]);
  });

  it("draws together what several changes of one moment ask for, also where drawing took long", async () => {
    const pace = new DrawPacer();
    const draws = [drawing("a", 0), drawing("b", 0)] as const;
    const ask = async () => {
      for (const draw of draws) pace.requestDraw(draw, false);
      await pass(50); // what draws say is drawn after them
    };
    await ask();
    await pass(1_000);
    await ask();
    expect(drawn).toEqual(["a", "b", "a", "b"]);
  });

  it("does not draw what was dropped", async () => {
    const pace = new DrawPacer();
    const draw = drawing("a", 50);
    pace.requestDraw(draw, false);
    await pass(1);
    pace.requestDraw(draw, false);
    pace.cancelDraw(draw);
    await pass(2_000);
    expect(drawn).toEqual(["a"]);
  });

  it("gives two panels that take long turns", async () => {
    const [one, other] = [new DrawPacer(), new DrawPacer()];
    const draws = [drawing("one", 40), drawing("other", 40)] as const; // more than a frame
    one.requestDraw(draws[0], false);
    other.requestDraw(draws[1], false);
    await pass(1);
    await pass(1_000);
    one.requestDraw(draws[0], false);
    other.requestDraw(draws[1], false);
    await pass(0);
    expect(drawn).toEqual(["one", "other", "one"]);
    await pass(100);
    expect(drawn).toEqual(["one", "other", "one", "other"]);
    one.requestDraw(draws[0], true);
    other.requestDraw(draws[1], true);
    await pass(0);
    expect(drawn.slice(4)).toEqual(["one"]);
    await pass(40);
    expect(drawn.slice(4)).toEqual(["one", "other"]);
  });

  it("gives turns where the run ends also to what was quick: all of it may change", async () => {
    const panels = ["one", "other"].map((name) => ({ pace: new DrawPacer(), draw: drawing(name, 1) }));
    const ask = async (urgent: boolean) => {
      for (const { pace, draw } of panels) pace.requestDraw(draw, urgent);
      await pass(0);
    };
    await ask(false);
    await pass(100);
    drawn = [];
    await ask(false);
    expect(drawn).toEqual(["one", "other"]);
    await ask(true);
    expect(drawn).toEqual(["one", "other", "one"]);
    await pass(40);
    expect(drawn).toEqual(["one", "other", "one", "other"]);
  });
});

describe("what takes long at first", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is drawn in frames of their own, in the order in which they came", () => {
    const drawn: string[] = [];
    for (const name of ["a", "b", "c"]) drawInOwnFrame(() => drawn.push(name));
    const seen = [1, 2, 3].map(() => {
      vi.advanceTimersToNextFrame();
      return drawn.join("");
    });
    expect(seen).toEqual(["a", "ab", "abc"]);
  });

  it("can be called off, before its frame and when another had it", () => {
    const drawn: string[] = [];
    const [, second, third] = ["a", "b", "c", "d"].map((name) => drawInOwnFrame(() => drawn.push(name)));
    second?.();
    vi.advanceTimersToNextFrame();
    third?.();
    for (let nth = 0; nth < 3; nth += 1) vi.advanceTimersToNextFrame();
    expect(drawn).toEqual(["a", "d"]);
  });
});
