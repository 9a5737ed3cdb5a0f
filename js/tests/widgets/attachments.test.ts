// Images and files with a message: chosen, pasted, dropped, taken back, sent as content blocks.

import { describe, expect, it } from "vitest";
import schemas from "../../fixtures/schemas.json";
import {
  addFiles,
  readAttachment,
  MAX_ATTACHMENTS,
  MAX_ATTACHMENT_BYTES,
  splitContent,
} from "../../src/form/attachments";
import { asked, field, form, frame, message, press, type } from "./form";
import { button, byRole, text } from "../page";

const CHAT = { input: schemas.messages, chat: true };
const PNG = "iVBORw0KGgo=";
const IMAGE = { type: "image", base64: PNG, mime_type: "image/png", extras: { filename: "cat.png" } };

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
const png = (name = "cat.png") => new File([bytesOf(PNG)], name, { type: "image/png" });

/** What the browser gives with an event of pasting or dropping. */
const carrying = (files: readonly File[], words = "") => ({
  types: ["Files"],
  files,
  getData: () => words,
});

async function fire(target: Element, name: string, property: string, data: object): Promise<Event> {
  const event = new Event(name, { bubbles: true, cancelable: true });
  Object.assign(event, { [property]: data });
  target.dispatchEvent(event);
  await frame();
  return event;
}

/** Lets files be read, which no clock of the test's counts. */
async function until(there: () => boolean): Promise<void> {
  for (let nth = 0; nth < 2_000 && !there(); nth += 1) await frame(1);
}

const paste = (el: Element, files: readonly File[], words = "") =>
  fire(message(el), "paste", "clipboardData", carrying(files, words));

const chips = (el: Element) => [...(byRole(el, "group", "Say something")[0]?.querySelectorAll("li") ?? [])];

describe("a file", () => {
  it.each([
    ["a.pdf", "application/pdf", { type: "file", mime_type: "application/pdf" }],
    ["a.wav", "audio/wav", { type: "audio", mime_type: "audio/wav" }],
    ["odd", "", { type: "file", mime_type: "application/octet-stream" }],
    ["bad", 'image/png" onerror="alert(1)', { type: "file", mime_type: "application/octet-stream" }],
  ])("%s is a content block of its type", async (name, mime, block) => {
    const file = Object.defineProperty(new File([bytesOf(PNG)], name), "type", { value: mime });
    expect(await readAttachment(file)).toEqual({ ...block, base64: PNG, extras: { filename: name } });
  });

  it("that is a text is given as text", async () => {
    const file = new File(["# tea"], "a.md", { type: "text/markdown" });
    const text = { type: "text-plain", text: "# tea", mime_type: "text/plain", title: "a.md" };
    expect(await readAttachment(file)).toEqual(text);
  });

  it("too many, or too large together, is refused, and nothing of it is taken", async () => {
    const many = Array.from({ length: MAX_ATTACHMENTS + 1 }, () => png());
    expect(await addFiles(many, [])).toMatchObject({
      attachments: [],
      problem: "At most 10 images and files: nothing was added.",
    });
    const large = Object.defineProperty(png(), "size", { value: MAX_ATTACHMENT_BYTES });
    const done = await addFiles([large], [IMAGE]);
    expect(done.attachments).toEqual([IMAGE]);
    expect(done.problem).toMatch(/^Together 6\.0.MB, at most 6\.0.MB: nothing was added\.$/);
  });
});

it("a content that holds something else is no message with attachments", () => {
  expect(splitContent([{ type: "text", text: "a" }, IMAGE])).toEqual({ text: "a", attachments: [IMAGE] });
  expect(splitContent([{ type: "image", url: "https://a" }])).toBeNull();
});

describe("a chat", () => {
  it("sends what was pasted, shown before as a thumbnail", async () => {
    const { model, el } = await form({ describe: CHAT });
    await type(message(el), "What is it?");
    expect((await paste(el, [png()])).defaultPrevented).toBe(true);
    await until(() => chips(el).length > 0);
    const [chip] = chips(el);
    expect(chip?.querySelector("img")?.src).toBe(`data:image/png;base64,${PNG}`);
    expect(text(chip)).toContain("cat.png · image/png");
    await press(message(el), "Enter");
    const said = [{ type: "text", text: "What is it?" }, IMAGE];
    expect(asked(model, "start")).toMatchObject([{ message: said }]);
    expect(chips(el)).toEqual([]);
  });

  it("sends an image without a text, and takes one back", async () => {
    const { model, el } = await form({ describe: CHAT });
    await fire(message(el), "drop", "dataTransfer", carrying([png(), png("dog.png")]));
    await until(() => chips(el).length > 1);
    chips(el)[0]?.querySelector("button")?.click();
    await frame();
    await press(message(el), "Enter");
    const dog = { ...IMAGE, extras: { filename: "dog.png" } };
    expect(asked(model, "start")).toMatchObject([{ message: [dog] }]);
  });

  it("takes files that are chosen, and says why it takes no more", async () => {
    const { el } = await form({ describe: CHAT });
    const picker = el.querySelector("input[type=file]") as HTMLInputElement;
    const files = Array.from({ length: MAX_ATTACHMENTS + 1 }, () => png());
    Object.defineProperty(picker, "files", { value: files });
    picker.dispatchEvent(new Event("change", { bubbles: true }));
    await frame();
    expect(text(byRole(el, "alert")[0])).toBe("At most 10 images and files: nothing was added.");
    expect(chips(el)).toEqual([]);
  });

  it("leaves a pasted text to the field, whatever pictures come with it", async () => {
    const { el } = await form({ describe: CHAT });
    expect((await paste(el, [png()], "a table")).defaultPrevented).toBe(false);
    expect(chips(el)).toEqual([]);
  });

  it("keeps what is attached through a reload, and brings it back where the kernel refused", async () => {
    sessionStorage.clear();
    const kernel = { describe: CHAT, summary: { key: "form 2" }, errors: { start: "no" } };
    const first = await form(kernel);
    await paste(first.el, [png()]);
    await until(() => chips(first.el).length > 0);
    first.remove();
    const { el } = await form(kernel);
    expect(chips(el)).toHaveLength(1);
    await press(message(el), "Enter");
    expect(chips(el)).toHaveLength(1);
  });

  it("shows what was sent", async () => {
    const line = { id: "1", role: "human", name: null, text: "", tool_calls: [], blocks: [IMAGE] };
    const { el } = await form({ describe: CHAT, answers: { conversation: { turn: 0, messages: [line] } } });
    expect(byRole(el, "log")[0]?.querySelector("img")?.src).toBe(`data:image/png;base64,${PNG}`);
  });
});

describe("a form with messages", () => {
  it("has one message of the user as a text with attachments, and others as JSON", async () => {
    const { model, el } = await form({ describe: { input: schemas.messages } });
    await type(field(el, "messages"), "hello");
    await fire(field(el, "messages"), "paste", "clipboardData", carrying([png()]));
    await until(() => el.querySelector(".lgj-attachment") !== null);
    button(el, "Run").click();
    await frame();
    const content = [{ type: "text", text: "hello" }, IMAGE];
    expect(asked(model, "start")).toMatchObject([{ input: { messages: [{ type: "human", content }] } }]);
    button(el, "Write messages as JSON").click();
    await frame();
    expect(JSON.parse(field(el, "messages").value)).toEqual([{ type: "human", content }]);
    await type(field(el, "messages"), '[["user", "a"], ["ai", "b"]]');
    expect(button(el, "Write one message")).toBeUndefined();
  });
});
