"""The modules of the front end on a page without Jupyter: two releases, a shadow root, a folder."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from lg_jupyter.widgets import bundles
from lg_jupyter.widgets.protocol import PROTOCOL_VERSION

HERE = "http://127.0.0.1:9"
"""Where nobody listens: what the page asks for is answered here."""

SHOW = """async ([loader, release, files, inShadow]) => {
    const url = URL.createObjectURL(new Blob([loader], { type: "text/javascript" }));
    const { initialize, render } = (await import(url)).default();
    const heard = [];
    const traits = { _module: `${release}/run`, _protocol: PROTOCOL, _branches: [], _summary: SUMMARY };
    const model = {
        get: name => traits[name],
        on: (name, callback) => name === "msg:custom" && heard.push(callback),
        off: (name, callback) => heard.splice(heard.indexOf(callback), 1),
        send: content => (window.sent ??= []).push(content),
    };
    initialize({ model });
    const host = document.body.appendChild(document.createElement("div"));
    const el = document.createElement("div");
    el.id = release;
    (inShadow ? host.attachShadow({ mode: "open" }) : host).append(el);
    render({ model, el });
    if (files) for (const hear of [...heard]) hear({ type: "modules", release, files });
    const snapshot = { type: "snapshot", n: 1, elapsed: 1, summary: SUMMARY, counts: {}, rows: {}, text: [] };
    for (const hear of [...heard]) hear(snapshot);
}"""
SUMMARY = {"status": "success", "target": "talk", "stop": {"available": True, "hint": None}}
SHOW = SHOW.replace("SUMMARY", json.dumps(SUMMARY)).replace("PROTOCOL", str(PROTOCOL_VERSION))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page, and the files of the front end in a folder beside it; what goes wrong on it fails the test."""
    page = browser.new_page(viewport={"width": 1200, "height": 1200})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    page.route("**/*", serve)
    page.goto(f"{HERE}/page.html")
    yield page
    page.close()
    assert wrong == []


def serve(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    kind = mimetypes.guess_type(name)[0]
    files = {"page.html": "<!doctype html><title>A page</title>", **bundles.read_module_files(modules())}
    if name in files:
        route.fulfill(body=files[name], content_type=f"{kind}; charset=utf-8")
    else:
        route.fulfill(status=404)


def modules() -> list[str]:
    built = bundles.get_manifest()
    assert built is not None
    return list(built.modules)


def show(page: Page, release: str, files: dict[str, str] | None, in_shadow: bool = False) -> Any:
    page.evaluate(SHOW, [bundles.make_loader_script(), release, files, in_shadow])
    return page.locator(f"#{release} .lgj-root")


def test_two_releases_on_one_page_do_not_mix(page: Page) -> None:
    new = bundles.read_module_files(["run", "timeline"])
    old = {
        file: text.replace('title:"Tokens"', 'title:"Old tokens"').replace(
            "border-radius:8px", "border-radius:3px"
        )
        for file, text in new.items()
    }
    assert old != new
    shown = {"old": show(page, "old", old), "new": show(page, "new", new)}
    expect(shown["old"].get_by_role("tab", name="Old tokens").first).to_be_visible()
    expect(shown["new"].get_by_role("tab", name="Tokens", exact=True).first).to_be_visible()
    expect(shown["old"]).to_have_css("border-top-left-radius", "3px")
    expect(shown["new"]).to_have_css("border-top-left-radius", "8px")
    both = show(page, "new", old)  # what a page has of a release stays
    expect(both).to_have_count(2)
    expect(both.get_by_role("tab", name="Old tokens")).to_have_count(0)


def test_looks_reach_a_shadow_root(page: Page) -> None:
    shown = show(page, "shadow", bundles.read_module_files(["run", "timeline", "state"]), in_shadow=True)
    expect(shown).to_have_css("border-top-style", "solid")
    shown.get_by_role("tab", name="State").first.click()
    expect(shown.locator(".lgj-empty").first).to_be_visible()


def test_a_folder_serves_where_no_kernel_is(page: Page) -> None:
    """As a labextension announces its files."""
    page.evaluate(
        """([release, folder, files]) => {
            const urls = new Map(files.map(file => [`${release}/${file}`, `${folder}/${file}`]));
            globalThis[Symbol.for("lg_jupyter.modules")] = { urls, waiting: new Map() };
        }""",
        ["folder", f"{HERE}/static", list(bundles.read_module_files(modules()))],
    )
    shown = show(page, "folder", None)
    expect(shown.locator("header")).to_contain_text("talk")
    shown.get_by_role("tab", name="State").first.click()
    expect(shown.locator(".lgj-panel-state .lgj-empty")).to_be_visible()
    asked = page.evaluate("() => (window.sent ?? []).filter(each => each.method === 'module')")
    assert asked == []
