"""What the page is held to is what a kernel finds."""

from __future__ import annotations

import json

from tests.shared_comparisons import FILE, facts


def test_the_page_is_held_to_what_a_kernel_finds():
    written = json.loads(FILE.read_text())
    assert written == json.loads(json.dumps(facts())), "python -m tests.shared_comparisons"
