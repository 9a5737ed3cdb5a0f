"""The static record of a run: HTML that reads where nothing runs, and plain text.

The HTML must read well on a page that strips ``<style>``, scripts and ``<svg>`` (an untrusted notebook), so
what little style there is stands on the elements, with no colour that suits only a light or only a dark page,
and pictures hold nothing that does not stand in words beside them. Its size is bounded: each section has its
share, and what did not fit is named in its place.
"""

from lg_jupyter.record.document import (
    LIMIT,
    beside_view,
    html,
    notice_html,
    outcome_html,
    page,
    page_of,
    page_record,
    page_title,
    resumed_elsewhere_html,
    running_html,
)
from lg_jupyter.record.plain import running_text, text
from lg_jupyter.text.elements import render_output_hiding_style

__all__ = [
    "LIMIT",
    "beside_view",
    "html",
    "notice_html",
    "outcome_html",
    "page",
    "page_of",
    "page_record",
    "page_title",
    "render_output_hiding_style",
    "resumed_elsewhere_html",
    "running_html",
    "running_text",
    "text",
]
