"""The static record of a run: HTML that reads where nothing runs, and plain text.

The HTML must read well on a page that strips ``<style>``, scripts and ``<svg>`` (an untrusted notebook), so
what little style there is stands on the elements, with no colour that suits only a light or only a dark page,
and pictures hold nothing that is not said in words beside them. Its size is bounded: each section has its
share, and what did not fit is said in its place.
"""

from lg_jupyter.record.document import LIMIT, brief_html, html, left_html, page, waiting_html
from lg_jupyter.record.plain import text, waiting_text
from lg_jupyter.text.elements import instead_of_view

__all__ = [
    "LIMIT",
    "brief_html",
    "html",
    "instead_of_view",
    "left_html",
    "page",
    "text",
    "waiting_html",
    "waiting_text",
]
