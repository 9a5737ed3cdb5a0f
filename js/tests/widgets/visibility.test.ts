import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/core/connection/methods";
import { Store } from "../../src/core/store";
import { watchVisibility } from "../../src/widgets/visibility";
import { summary } from "../builders";

/** Says what the test wants of what is in sight. */
class Observer {
  static latest: Observer;
  readonly watched = new Set<Element>();

  constructor(private readonly tell: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    Observer.latest = this;
  }

  observe(target: Element): void {
    this.watched.add(target);
  }

  unobserve(target: Element): void {
    this.watched.delete(target);
  }

  disconnect(): void {
    this.watched.clear();
  }

  see(target: Element, isIntersecting: boolean): void {
    this.tell([{ target, isIntersecting }]);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", Observer);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function begin(fields: object = {}) {
  const told: boolean[] = [];
  const pages = new Set<string>();
  const call = ((_: "watch", { page, visible }: { page: string; visible: boolean }) => {
    pages.add(page);
    told.push(visible);
    return Promise.resolve(true);
  }) as Call;
  const store = new Store();
  store.mergeSummary(summary(fields));
  const visibility = watchVisibility(store, call);
  const element = document.createElement("div");
  const leave = visibility.add(element);
  return { told, pages, store, visibility, element, leave, see: Observer.latest.see.bind(Observer.latest) };
}

function hide(hidden: boolean): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(hidden ? "hidden" : "visible");
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("the kernel is told", () => {
  it("at once that a view is drawn, and after a while that it went out of sight", async () => {
    const { told, pages, element, see } = begin();
    expect(told).toEqual([true]);
    see(element, true);
    expect(told).toEqual([true]);
    see(element, false);
    expect(told).toEqual([true]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual([true, false]);
    expect(pages.size).toBe(1);
  });

  it("nothing of a view that is scrolled past", async () => {
    const { told, element, see } = begin();
    see(element, true);
    see(element, false);
    see(element, true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual([true]);
  });

  it("of the last of several views, and of a page that is covered", async () => {
    const { told, element, see, visibility, leave } = begin();
    const another = document.createElement("div");
    visibility.add(another);
    see(element, true);
    see(another, true);
    leave();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual([true]);
    hide(true);
    await vi.advanceTimersByTimeAsync(2_000);
    hide(false);
    expect(told).toEqual([true, false, true]);
  });

  it("nothing once the run is over, and where it stands when it goes on", async () => {
    const { told, element, see, store } = begin({ status: "success" });
    see(element, true);
    expect(told).toEqual([]);
    store.mergeSummary({ status: "running" });
    store.flush();
    expect(told).toEqual([true]);
  });

  it("nothing while its cell keeps it from hearing", () => {
    const stop = { available: false, hint: "Use the stop button." };
    const { told, element, see, store } = begin({ stop });
    see(element, true);
    expect(told).toEqual([]);
    store.mergeSummary({ stop: { available: true, hint: null } });
    store.flush();
    expect(told).toEqual([true]);
  });

  it("nothing by a view that was closed", async () => {
    const { told, element, see, visibility } = begin();
    see(element, true);
    see(element, false);
    visibility.close();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told).toEqual([true]);
    expect(Observer.latest.watched.size).toBe(0);
  });
});
