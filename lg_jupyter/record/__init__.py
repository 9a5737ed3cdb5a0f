"""The static record of a run: HTML that reads where nothing runs, and plain text.

The HTML must read well on a page that strips ``<style>``, scripts and ``<svg>`` (an untrusted notebook), so
what little style there is stands on the elements, with no colour that suits only a light or only a dark page,
and pictures hold nothing that does not stand in words beside them. Its size is bounded: each section has its
share, and what did not fit is named in its place.
"""

from lg_jupyter.record.document import (
    MAX_RECORD_CHARACTERS,
    format_page_title,
    make_record_mime_bundle,
    render_html_page,
    render_notice_html,
    render_outcome_html,
    render_record_for_page,
    render_record_html,
    render_record_page,
    render_resumed_elsewhere_html,
    render_running_html,
)
from lg_jupyter.record.plain import render_record_text, render_running_text
from lg_jupyter.text.elements import render_output_hiding_style

__all__ = [
    "MAX_RECORD_CHARACTERS",
    "format_page_title",
    "make_record_mime_bundle",
    "render_html_page",
    "render_notice_html",
    "render_outcome_html",
    "render_output_hiding_style",
    "render_record_for_page",
    "render_record_html",
    "render_record_page",
    "render_record_text",
    "render_resumed_elsewhere_html",
    "render_running_html",
    "render_running_text",
]
