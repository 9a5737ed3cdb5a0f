// The form on a page: a person fills it by the names of its fields.

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import schemas from "../../fixtures/schemas.json";
import { SchemaForm } from "../../src/form/SchemaForm";
import type { Json } from "../../src/core/schema";
import { type Draft, initialDraft, type Schema, draftToJson } from "../../src/form/schema";
import { findProblems } from "../../src/form/validate";

const { pydantic } = schemas as unknown as { pydantic: Schema };

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function form(schema: Schema, start: Draft = initialDraft(schema, schema), isChecked = false) {
  const el = document.createElement("div");
  document.body.append(el);
  removals.push(() => {
    render(null, el);
    el.remove();
  });
  const shown = { el, value: start };
  const draw = () => {
    const errors = isChecked ? findProblems(schema, shown.value) : [];
    const put = (next: Draft) => {
      shown.value = next;
      act(draw);
    };
    render(<SchemaForm schema={schema} value={shown.value} onChange={put} errors={errors} />, el);
  };
  act(draw);
  const put = (next: Draft) => {
    shown.value = next;
    act(draw);
  };
  return { ...shown, given: () => draftToJson(shown.value), put, el };
}

type Control = HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement;

const row = (el: Element, name: string) =>
  [...el.querySelectorAll(".lgj-field")].find(
    (each) => each.querySelector("label")?.textContent === name,
  ) as HTMLElement;
const control = (el: Element, name: string) =>
  row(el, name).querySelector("input, textarea, select") as Control;
const press = (el: Element, name: string) => {
  const found = [...el.querySelectorAll("button")].find(
    (each) => each.textContent === name || each.getAttribute("aria-label") === name,
  ) as HTMLButtonElement;
  act(() => found.click());
};
const type = (input: Control, text: string) =>
  act(() => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
const choose = (list: Control, text: string) =>
  act(() => {
    const option = [...list.options].find((each) => each.textContent === text) as HTMLOptionElement;
    list.value = option.value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });
const buttons = (el: Element, name: string) => [
  ...row(el, name).querySelectorAll<HTMLInputElement>("[role=radiogroup] input[type=radio]"),
];
const wordOf = (input: HTMLInputElement) => input.closest("label")?.textContent ?? "";
const pick = (el: Element, name: string, text: string) =>
  act(() =>
    buttons(el, name)
      .find((each) => wordOf(each) === text)
      ?.click(),
  );

describe("a form", () => {
  it("gives what was typed, and leaves defaults alone", () => {
    const { el, given } = form(pydantic);
    expect(control(el, "depth").placeholder).toBe("default: 2");
    type(control(el, "topic"), "tea");
    type(control(el, "depth"), "3");
    expect(given()).toEqual({ topic: "tea", depth: 3 });
    press(row(el, "depth"), "Do not give depth");
    expect(given()).toEqual({ topic: "tea" });
  });

  it("keeps a number as it is typed, and tells of a text that is none", () => {
    const { el, given } = form(pydantic, {}, true);
    type(control(el, "temperature"), "1.");
    expect(control(el, "temperature").value).toBe("1.");
    expect(given()).toEqual({ temperature: 1 });
    type(control(el, "temperature"), "1.x");
    expect(control(el, "temperature").getAttribute("aria-invalid")).toBe("true");
    expect(row(el, "temperature").querySelector("[role=alert]")?.textContent).toBe(
      'expects a number, not "1.x"',
    );
  });

  it("has choices and secrets", () => {
    const { el, given } = form(pydantic, {});
    expect(row(el, "verbose").textContent).toContain("default: No");
    pick(el, "verbose", "Yes");
    pick(el, "color", "blue");
    expect(control(el, "key").type).toBe("password");
    expect(control(el, "when").type).toBe("date");
    expect(given()).toEqual({ verbose: true, color: "blue" });
    expect(buttons(el, "color").map((each) => each.checked)).toEqual([false, true]);
    press(row(el, "color"), "Do not give color");
    expect(given()).toEqual({ verbose: true });
    expect(buttons(el, "color").some((each) => each.checked)).toBe(false);
  });

  it("has a button for each of a few short options, named as the field; else a list", () => {
    const options = (...values: Json[]): Schema => ({ enum: values });
    const properties = {
      few: options("a", "b", 3),
      many: options(1, 2, 3, 4, 5, 6),
      long: options("short", "as long as a sentence is, which makes no button"),
    };
    const { el, given } = form({ type: "object", properties });
    expect(buttons(el, "few").map(wordOf)).toEqual(["a", "b", "3"]);
    expect(new Set(buttons(el, "few").map((each) => each.name)).size).toBe(1);
    const named = row(el, "few").querySelector("[role=radiogroup]")?.getAttribute("aria-labelledby");
    expect(document.getElementById(named ?? "")?.textContent).toBe("few");
    pick(el, "few", "3");
    choose(control(el, "many"), "6");
    choose(control(el, "long"), "short");
    expect(given()).toEqual({ few: 3, many: 6, long: "short" });
    choose(control(el, "many"), "not given");
    expect(given()).toEqual({ few: 3, long: "short" });
  });

  it("takes no answer to yes or no for one", () => {
    const schema: Schema = { type: "object", properties: { go: { type: "boolean" } }, required: ["go"] };
    const { el, given } = form(schema, undefined, true);
    expect(buttons(el, "go").map((each) => each.checked)).toEqual([false, false]);
    expect(row(el, "go").querySelector("[role=alert]")?.textContent).toBe("is needed");
    pick(el, "go", "No");
    expect(given()).toEqual({ go: false });
    expect(row(el, "go").querySelector("[role=alert]")).toBeNull();
  });

  it("has lists that grow and shrink, of objects too", () => {
    const { el, given } = form(pydantic, {});
    press(row(el, "sources"), "Give");
    press(row(el, "sources"), "Add an item");
    press(row(el, "sources"), "Add another");
    type(control(row(el, "sources"), "url"), "http://a");
    expect(given()).toEqual({ sources: [{ url: "http://a" }, {}] });
    press(row(el, "sources"), "Remove item 2");
    expect(given()).toEqual({ sources: [{ url: "http://a" }] });
  });

  it("has one of several kinds of value, and finds the kind of one that is given", () => {
    const { el, given, put } = form(pydantic, {});
    press(row(el, "ref"), "Give");
    expect(control(row(el, "ref"), "path").value).toBe("a");
    pick(el, "ref", "WebRef");
    type(control(row(el, "ref"), "url"), "http://b");
    expect(given()).toEqual({ ref: { type: "web", url: "http://b" } });
    put({ ref: { type: "file", path: "c" } });
    expect(control(row(el, "ref"), "path").value).toBe("c");
  });

  it("opens a recursive value as far as one goes", () => {
    const { el, given } = form(pydantic, {});
    press(row(el, "tree"), "Give");
    press(row(el, "children"), "Give");
    press(row(el, "children"), "Add an item");
    type(control(row(el, "children"), "name"), "leaf");
    expect(given()).toEqual({ tree: { children: [{ name: "leaf" }] } });
  });

  it("takes JSON or Python where no field is made for it, and says what is wrong in it", () => {
    const { el, given } = form(pydantic, {}, true);
    type(control(el, "extra"), "{'a': 1}");
    expect(given()).toEqual({ extra: { a: 1 } });
    type(control(el, "extra"), "{'a': 'x'}");
    expect(row(el, "extra").querySelector("[role=alert]")?.textContent).toBe(
      '/a expects a whole number, not "x"',
    );
    type(control(el, "anything"), "open('x')");
    expect(row(el, "anything").querySelector("[role=alert]")?.textContent).toContain("neither JSON nor");
    expect(control(el, "anything").value).toBe("open('x')");
  });

  it("shows a value of another shape, and properties that the schema does not know", () => {
    const { el } = form(pydantic, { sources: "no list", strange: [1] });
    expect(control(el, "sources").value).toBe('"no list"');
    expect(control(el, "strange").value).toBe("[1]");
  });

  it("is one field for a schema that is no object", () => {
    const { el, given } = form({ type: "integer" }, undefined);
    type(control(el, "value"), "7");
    expect(given()).toBe(7);
  });

  it("gives fields names that meet those of no other form on the page", () => {
    const one = form(pydantic).el;
    const other = form(pydantic).el;
    const ids = (el: Element) => [...el.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set([...ids(one), ...ids(other)]).size).toBe(ids(one).length + ids(other).length);
    const label = row(other, "topic").querySelector("label") as HTMLLabelElement;
    expect(label.htmlFor).toBe(control(other, "topic").id);
  });

  it("makes no HTML of what a schema says", () => {
    const { el } = form({
      type: "object",
      description: "x",
      properties: { "<b>a</b>": { type: "string", description: "<img src=x onerror=alert(1)>" } },
    });
    expect(el.querySelector("b, img")).toBeNull();
    expect(el.textContent).toContain("<img src=x onerror=alert(1)>");
  });
});
