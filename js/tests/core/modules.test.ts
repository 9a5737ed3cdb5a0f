// How modules come to a page, whoever brings them: each is on it once, and releases do not mix.

import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  registerFolder,
  type RequestModule,
  bundledLoader,
  loadModule,
  registerFiles,
} from "../../src/core/modules";

/** As a page makes them of texts; Node imports no `blob:`. */
const urlOf = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;

const FRAME = "export const made = Math.random();";
const RUN = 'import{made}from"./frame.js";export const frame=made,name="run";';
const STATE = 'import{made}from"./frame.js";export const frame=made,name="state";';

interface Made {
  readonly frame: number;
  readonly name: string;
}

const never: RequestModule = () => new Promise(() => undefined);

let release = "";
let count = 0;

beforeEach(() => {
  count += 1;
  release = `release${count}`; // the page is one for all tests
});

/** A kernel that gives these files, and what it was asked. */
function kernel(files: Record<string, string>) {
  return vi.fn(async () => ({ files })) as unknown as RequestModule & { mock: { calls: unknown[][] } };
}

/** Takes files as a page does, for what comes from `ask` too. */
function given(files: Record<string, string>, from = release): void {
  registerFiles(from, files, urlOf);
}

describe("modules that a kernel pushed", () => {
  it("share what they import, and are asked for by nobody", async () => {
    given({ "frame.js": FRAME, "run.js": RUN });
    given({ "state.js": STATE });
    const run = await loadModule<Made>(release, "run", never);
    const state = await loadModule<Made>(release, "state", never);
    expect([run.name, state.name]).toEqual(["run", "state"]);
    expect(run.frame).toBe(state.frame);
    given({ "frame.js": FRAME.replace("Math.random()", "0") }); // what is there stays
    expect((await loadModule<Made>(release, "run", never)).frame).toBe(run.frame);
  });

  it("wake those who wait, whichever widget they belong to", async () => {
    const waiting = [loadModule<Made>(release, "run", never), loadModule<Made>(release, "run", never)];
    given({ "frame.js": FRAME, "run.js": RUN });
    const [one, other] = await Promise.all(waiting);
    expect(one).toBe(other);
  });

  it("are left out while the page lacks what they import", async () => {
    given({ "state.js": STATE });
    const ask = kernel({});
    const state = loadModule<Made>(release, "state", ask);
    await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce());
    expect(ask.mock.calls[0]).toEqual([
      { name: "state", have: expect.not.arrayContaining([`${release}/state.js`]) },
    ]);
    given({ "frame.js": FRAME, "state.js": STATE });
    expect((await state).name).toBe("state");
  });

  it("do not mix with those of another release", async () => {
    given({ "frame.js": "export const made = 1;", "run.js": RUN });
    given({ "frame.js": "export const made = 2;", "run.js": RUN }, `${release}b`);
    expect((await loadModule<Made>(release, "run", never)).frame).toBe(1);
    expect((await loadModule<Made>(`${release}b`, "run", never)).frame).toBe(2);
  });
});

describe("a module that the page lacks", () => {
  it("is asked for once, by the first who needs it", async () => {
    vi.useFakeTimers();
    const [one, other] = [vi.fn(never), vi.fn(never)];
    const both = [loadModule(release, "run", one, 400), loadModule(release, "run", other, 400)];
    await vi.advanceTimersByTimeAsync(399);
    expect(one).not.toHaveBeenCalled(); // it may be pushed
    await vi.advanceTimersByTimeAsync(1);
    expect(one).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(other).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100); // the first kernel says nothing: another may
    expect(other).toHaveBeenCalledOnce();
    vi.useRealTimers();
    given({ "frame.js": FRAME, "run.js": RUN });
    await Promise.all(both);
  });

  it("does not wait for others that are asked for", async () => {
    const [state, run] = [vi.fn(never), vi.fn(never)];
    const both = [loadModule(release, "state", state), loadModule(release, "run", run)];
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce());
    given({ "frame.js": FRAME, "run.js": RUN, "state.js": STATE });
    await Promise.all(both);
  });

  it("can be asked for again when the kernel refused it", async () => {
    const refusing: RequestModule = async () => {
      throw new Error("restart the kernel");
    };
    await expect(loadModule(release, "run", refusing)).rejects.toThrow("restart the kernel");
    given({ "frame.js": FRAME, "run.js": RUN });
    expect((await loadModule<Made>(release, "run", refusing)).name).toBe("run");
  });
});

describe("other origins", () => {
  it("a folder has all files of a release, and no kernel is asked", async () => {
    const folder = urlOf("export const from = 'folder';//");
    registerFolder(release, folder, ["frame.js", "run.js"]);
    given({ "frame.js": FRAME, "run.js": RUN });
    expect(await loadModule(release, "run", never)).toMatchObject({ from: "folder" });
  });

  it("a folder that comes late is left alone: no module is to be there twice", async () => {
    given({ "frame.js": FRAME });
    registerFolder(release, "http://127.0.0.1/nowhere", ["frame.js", "run.js"]);
    given({ "run.js": RUN });
    expect((await loadModule<Made>(release, "run", never)).name).toBe("run");
  });

  it("a page may hold them itself", async () => {
    const held = bundledLoader({ state: { View: "state" } });
    expect(await held("state")).toEqual({ View: "state" });
    await expect(held("graph")).rejects.toThrow("holds no module graph");
  });
});
