"""HTML that nothing can break: what it is made of is read again as a browser reads it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lg_jupyter.text.markup import (
    Markup,
    element,
    is_web_url,
    join_markup,
    render_link,
    replace_control_characters,
    sanitize_for_terminal,
)

HOSTILE = [
    '"',
    "'",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    "</div><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&quot; onfocus=alert(1)",
    "&lt;script&gt;",
    "&#34;&amp;",
    "<!-- ",
    "a\n\nb",
    "\t`{}=/",
    "\u2028 é 𝕏",
]


class Reader(HTMLParser):
    """What a browser finds: tags with their attributes, and texts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.found and isinstance(self.found[-1], list):
            self.found[-1][0] += data
        else:
            self.found.append([data])

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(html: str) -> list[Any]:
    return Reader(html).found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_attribute_stays_a_value(text: str) -> None:
    assert read(element("div", "in", title=text, id="x")) == [
        ("div", [("title", text), ("id", "x")]),
        ["in"],
        "/div",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    assert read(element("p", text)) == [("p", []), [text], "/p"]
    assert read(element("p", [text, None, ["b"]])) == [("p", []), [text + "b"], "/p"]


@given(st.text(), st.text())
def test_any_text_is_read_as_it_is_printable(title: str, text: str) -> None:
    found = read(element("b", text, title=title))
    assert found == [
        ("b", [("title", replace_control_characters(title))]),
        *([[replace_control_characters(text)]] if text else []),
        "/b",
    ]


@pytest.mark.parametrize(
    ("made", "html"),
    [
        (element("div"), "<div></div>"),
        (element("div", None, [], "a", ["b", ["c", None]], 7, 0), "<div>abc70</div>"),
        (element("p", element("b", "<")), "<p><b>&lt;</b></p>"),
        (element("p", Markup("<i>")), "<p><i></p>"),
        (element("p", """it's "so" &"""), """<p>it's "so" &amp;</p>"""),
        (
            element("p", title="""it's "so" & <>"""),
            '<p title="it&#x27;s &quot;so&quot; &amp; &lt;&gt;"></p>',
        ),
        (element("td", class_="a", aria_label="b", for_="c"), '<td class="a" aria-label="b" for="c"></td>'),
        (element("details", open=True, hidden=False, title=None), "<details open></details>"),
        (element("p", title=""), '<p title=""></p>'),
        (element("br"), "<br>"),
        (element("img", src="a"), '<img src="a">'),
        (element("meta", charset="utf-8"), '<meta charset="utf-8">'),
        (element("p", element("hr"), "\n\n"), "<p><hr>&#10;&#10;</p>"),
        (element("p", title="a\r\nb"), '<p title="a&#10;b"></p>'),
        (join_markup("a", None, ["<", element("b")]), "a&lt;<b></b>"),
        (join_markup(), ""),
    ],
)
def test_html(made: Markup, html: str) -> None:
    assert made == html
    assert type(made) is Markup


def test_what_was_escaped_is_not_escaped_again() -> None:
    once = join_markup("<&>")
    assert join_markup(once) == once == "&lt;&amp;&gt;"
    assert join_markup(str(once)) == "&amp;lt;&amp;amp;&amp;gt;"


CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF]


@pytest.mark.parametrize("code", sorted({*CONTROLS} - {0x09, 0x0A, 0x0D}))
def test_no_control_character_and_no_half_of_one_is_left(code: int) -> None:
    assert replace_control_characters(f"a{chr(code)}b") == "a\ufffdb"
    assert join_markup(chr(code)) == "\ufffd"


@pytest.mark.parametrize("text", ["\t", "\n", " ", "~", "\xa0", "é", "\ud7ff", "\ue000", "\ufeff", "𝕏"])
def test_all_else_stays(text: str) -> None:
    assert replace_control_characters(f"a{text}b") == f"a{text}b"


def test_line_ends_become_one_kind() -> None:
    assert replace_control_characters("a\r\nb\rc\nd\n\re\r\r\nf") == "a\nb\nc\nd\n\ne\n\nf"


WEB = ["http://a.example", "https://a.example/b?c=d#e", "HTTPS://a.example", "https://user@a.example:8000/"]
NOT_WEB = [
    "",
    "a.example",
    "/b",
    "#c",
    "//a.example/b",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@a.example",
    "http:",
    "https:///b",
    "https:a.example",
    "http://[",
]


@pytest.mark.parametrize("address", WEB)
def test_an_address_of_the_web_is_a_link(address: str) -> None:
    assert is_web_url(address)
    assert read(render_link(address, "a", "<b>")) == [
        ("a", [("href", address), ("target", "_blank"), ("rel", "noopener noreferrer nofollow")]),
        ["a<b>"],
        "/a",
    ]


@pytest.mark.parametrize("address", [None, *NOT_WEB])
def test_no_other_address_is(address: str | None) -> None:
    assert address is None or not is_web_url(address)
    assert render_link(address, "a", "<b>") == "a&lt;b&gt;"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_address_stays_an_address(text: str) -> None:
    first, *rest = read(render_link(f"https://a.example/{text}", "a"))
    assert first[0] == "a"
    assert [name for name, _ in first[1]] == ["href", "target", "rel"]
    assert rest == [["a"], "/a"]


def test_what_would_turn_a_line_around_is_shown_in_a_terminal() -> None:
    assert sanitize_for_terminal("a\u202eb\u2066c\x1b[31m") == "a⟨U+202E⟩b⟨U+2066⟩c\ufffd[31m"
    assert sanitize_for_terminal("שלום\u200f") == "שלום\u200f"
