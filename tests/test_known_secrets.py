"""Which secrets a run knows: of the environment, of its source, of its request."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

import lg_jupyter
from lg_jupyter.secrets.known_secrets import iter_named_request_secrets, make_redactor


def request(**fields: Any) -> Any:
    return SimpleNamespace(**{"secrets": (), "mask_secrets": None, "config": None, "context": None, **fields})


class Source:
    def collect_secrets(self) -> Mapping[str, str]:
        return {"HEADER": "of-the-source"}


def test_what_a_request_names() -> None:
    config = {
        "configurable": {"api_key": "k1", "thread_id": "t"},
        "metadata": {"db": {"password": "p1"}},
        "tags": ["token=t1", "my-secret: s\n1", "plain", "user=me", 5, "token=", "a token=b"],
        "api_key": "not looked at",
    }
    given = request(secrets=(("NAMED", "n1"),), config=config, context={"client_secret": "c1"})
    assert [*iter_named_request_secrets(given)] == [
        ("NAMED", "n1"),
        ("api_key", "k1"),
        ("password", "p1"),
        ("client_secret", "c1"),
        ("token", "t1"),
        ("my-secret", "s\n1"),
    ]
    assert [*iter_named_request_secrets(request())] == []
    assert [*iter_named_request_secrets(request(config={"tags": None}))] == []


@pytest.mark.parametrize("option", [True, False])
@pytest.mark.parametrize("of_the_run", [None, True, False])
def test_a_run_masks_what_it_knows_where_it_shall(monkeypatch: Any, option: bool, of_the_run: Any) -> None:
    monkeypatch.setattr(lg_jupyter.options, "mask_secrets", option)
    monkeypatch.setenv("VENDOR_API_KEY", "of-the-environment")
    given = request(mask_secrets=of_the_run, secrets=(("NAMED", "of-the-request"),))
    redactor = make_redactor(Source(), given)
    masked = option if of_the_run is None else of_the_run
    assert redactor.is_active is masked
    text = "of-the-environment of-the-source of-the-request"
    shown = "[redacted VENDOR_API_KEY] [redacted HEADER] [redacted NAMED]"
    assert redactor.mask(text) == (shown if masked else text)
