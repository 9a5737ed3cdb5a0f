"""What a message says, as the HTML of its Markdown: no tag of its own, no picture, links to http(s) alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from lg_jupyter.text.elements import MUTED_STYLE, PROSE_STYLE
from lg_jupyter.text.markup import Markup, element, is_web_url, replace_control_characters
from lg_jupyter.text.words import clip_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_HEADING_STYLE = "font-weight:600;margin:8px 0 4px"
_STYLES_BY_TAG = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING_STYLE),
    "p": "margin:4px 0;overflow-wrap:break-word",
    "ul": "margin:4px 0;padding-left:22px",
    "ol": "margin:4px 0;padding-left:22px",
    "blockquote": "margin:4px 0;padding-left:10px;border-left:3px solid rgba(128,128,128,0.4)",
    "table": "table-layout:auto;margin:4px 0",
    "th": "text-align:left",
    "td": "text-align:left",
    "hr": "border:0;border-top:1px solid rgba(128,128,128,0.4)",
    "code": "white-space:pre-wrap;overflow-wrap:break-word",
}
"""On the elements, for no style sheet is kept in a notebook that is not trusted."""

_PLAIN_TEXT_TOKEN_TYPES = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}


def render_markdown(text: str, limit: int) -> Iterator[Markup]:
    """A message's text, at most ``limit`` characters of it: read as Markdown, and raw under a fold.

    A text with no Markdown in it stands as it is.
    """
    text = replace_control_characters(clip_text(text, limit))
    raw = element("div", text, dir="auto", style=PROSE_STYLE)
    read = _convert_markdown_to_html(text)
    if read is None:
        yield raw
        return
    yield element("div", read, dir="auto")
    summary = element("summary", "as it was written", style=f"cursor:pointer;font-size:12px;{MUTED_STYLE}")
    yield element("details", summary, raw)


def _convert_markdown_to_html(text: str) -> Markup | None:
    """Its HTML; ``None`` if there is no Markdown in it, or the parser gives up: the text is there still."""
    parser = _get_markdown_parser()
    try:
        tokens = parser.parse(text)
        kinds = {each.type for token in tokens for each in (token, *(token.children or ()))}
        if kinds <= _PLAIN_TEXT_TOKEN_TYPES:
            return None
        for token in tokens:
            _set_token_style(token)
            _replace_images_and_unsafe_links(token.children or [])
        html = parser.renderer.render(tokens, parser.options, {})
    except Exception:
        return None
    return Markup(html.replace("\n", "&#10;"))  # in a page of Markdown a blank line would end the HTML


@cache
def _get_markdown_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # links are judged later: their text stays
    return parser


def _set_token_style(token: Token) -> None:
    token.info = ""  # no class of a language
    # A column's own side.
    if token.tag in _STYLES_BY_TAG and token.nesting >= 0 and not token.attrGet("style"):
        token.attrSet("style", _STYLES_BY_TAG[token.tag])
    if token.type in ("heading_open", "heading_close"):  # in a notebook it would be one of the notebook's
        token.tag = "p"


def _replace_images_and_unsafe_links(tokens: list[Token]) -> None:
    """Make images the text that they have, and of links that lead to no page what they are called."""
    dropped = False
    for token in tokens:
        if token.type == "image":
            _replace_token_by_text(token, f"[image: {token.content or 'no text'}]")
        elif token.type == "link_open":
            dropped = not is_web_url(str(token.attrGet("href")))
            token.attrs = {"href": str(token.attrGet("href")), "rel": "noopener noreferrer nofollow"}
        if dropped and token.type in ("link_open", "link_close"):
            _replace_token_by_text(token, "")


def _replace_token_by_text(token: Token, text: str) -> None:
    token.type, token.tag, token.content, token.children = "text", "", text, None
