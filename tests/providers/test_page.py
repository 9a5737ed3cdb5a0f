"""``docs/providers.md`` says what the tests of the cells find."""

from __future__ import annotations

from tests.providers import scenarios as s
from tests.providers.features import REASONS
from tests.providers.models import PROVIDERS
from tests.providers.page import PAGE, page


def test_the_page_is_what_the_cells_are() -> None:
    cells = {(p, scenario): REASONS.get((p, scenario)) for p in PROVIDERS for scenario in s.SCENARIOS}
    text = PAGE.read_text()
    assert text == page(text, cells), "stale: python -m tests.providers.page"


def test_each_reason_is_of_a_cell() -> None:
    assert {provider for provider, _ in REASONS} <= set(PROVIDERS)
    assert {scenario for _, scenario in REASONS} <= set(s.SCENARIOS)
