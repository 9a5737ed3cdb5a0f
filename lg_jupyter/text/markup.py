"""HTML that cannot be broken by what is put into it: every text is escaped here and nowhere else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import TypeAlias, Union
from urllib.parse import urlsplit

_CONTROL_CHARACTER_PATTERN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI_CONTROL_PATTERN = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_VOID_ELEMENTS = frozenset({"br", "hr", "img", "link", "meta"})


class Markup(str):
    """A string that is HTML already; any other string is text."""

    __slots__ = ()


MarkupChild: TypeAlias = Union[str, int, Iterable["MarkupChild"], None]  # noqa: UP007 - a forward reference


def replace_control_characters(text: str) -> str:
    """``text`` without control characters (a terminal would obey them) and lone surrogates (UTF-8 has none).

    Line ends become ``\\n``; tabs stay.
    """
    return _CONTROL_CHARACTER_PATTERN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def sanitize_for_terminal(text: str) -> str:
    """``text`` as a terminal shows it as it stands: also without what would turn its order around."""
    return _BIDI_CONTROL_PATTERN.sub(
        lambda found: f"⟨U+{ord(found[0]):04X}⟩", replace_control_characters(text)
    )


def join_markup(*children: MarkupChild) -> Markup:
    """The children one after the other: markup as it is, strings as escaped text, ``None`` as nothing."""
    return Markup("".join(_render_children(children)))


def element(name: str, /, *children: MarkupChild, **attributes: str | bool | None) -> Markup:
    """An element. A trailing ``_`` of an attribute's name is dropped, others stand for ``-``; ``True`` is a
    bare attribute, and ``None`` and ``False`` are none."""
    opening = name + "".join(
        _render_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()
    )
    if name in _VOID_ELEMENTS:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{join_markup(*children)}</{name}>")


def render_link(address: str | None, *children: MarkupChild) -> Markup:
    """The children as a link if ``address`` leads to a page of the web, else as they are."""
    if address is None or not is_web_url(address):
        return join_markup(*children)
    return element("a", *children, href=address, target="_blank", rel="noopener noreferrer nofollow")


def is_web_url(address: str) -> bool:
    """Whether an address leads to a page: no script, no data, nothing relative to the notebook."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _render_children(children: Iterable[MarkupChild]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, (str, int)):
            yield _escape_html(str(child), quote=False)
        else:
            yield from _render_children(child)


def _render_attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{_escape_html(value)}"'


def _escape_html(text: str, quote: bool = True) -> str:
    """Line ends too: in a page of Markdown a blank line would end the HTML."""
    return html.escape(replace_control_characters(text), quote).replace("\n", "&#10;")
