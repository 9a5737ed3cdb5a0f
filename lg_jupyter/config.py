"""The options, all declared here: ``lg_jupyter.options`` in Python, ``%config LGStream`` in IPython.

They are traits, so that IPython's configuration files, its command line and its magic ``%config`` know them;
they need no IPython themselves. One that nobody set so begins with what the project or the environment says
(:mod:`lg_jupyter.defaults`); ``project`` in its declaration is what a project may say of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import traitlets
from traitlets.config import SingletonConfigurable

from lg_jupyter.defaults import (
    OptionDefaults,
    ValueWithOrigin,
    allow_project_to_disable,
    allow_project_to_enable,
    choose_smaller_limit,
    choose_smaller_nonzero_limit,
    get_working_directory_or_root,
    ignore_project_value,
    merge_unique_values,
    prefer_project_value,
)
from lg_jupyter.errors import ModeError
from lg_jupyter.events.modes import parse_modes
from lg_jupyter.kernel import notebook
from lg_jupyter.kernel.module_reload import keep_across_reloads
from lg_jupyter.spelling import format_suggestion_ending

VIEW_HEIGHT_RANGE_PX = (200, 1600)
"""The least and the greatest height of a view, in CSS pixels: how far its lower edge can be pulled."""

PANELS = (
    *("tokens", "state", "subgraphs", "timeline", "calls", "context", "graph", "memory"),
    *("custom", "events", "interrupts", "checkpoints"),
)
"""The panels, by what they are called, in the order of their tabs."""

SMALLEST_MAX_BYTES = 1_000_000
"""The least that a run may be told to hold."""


class LGStream(SingletonConfigurable):
    """How runs are streamed, shown, masked, limited, kept. An option holds from the next view or run on."""

    modes = traitlets.List(
        traitlets.Unicode(),
        None,
        allow_none=True,
        help="The stream modes of a run that names none; None: those that fill every panel.",
    ).tag(config=True, project=prefer_project_value)

    height = traitlets.Int(
        None,
        allow_none=True,
        min=VIEW_HEIGHT_RANGE_PX[0],
        max=VIEW_HEIGHT_RANGE_PX[1],
        help="The height at which views begin, in CSS pixels; None: as the browser remembers it, else 440.",
    ).tag(config=True, project=prefer_project_value)

    panels = traitlets.List(
        traitlets.Enum(PANELS),
        None,
        allow_none=True,
        help="The panels that a view has, in the order of their tabs; None: all.",
    ).tag(config=True, project=prefer_project_value)

    traceback = traitlets.Enum(
        ["user", "full"],
        "user",
        help="The traceback of a run that failed: 'user', the frames of your own code; 'full', every frame.",
    ).tag(config=True, project=prefer_project_value)

    record_size = traitlets.Int(
        300_000,
        min=10_000,
        max=10_000_000,
        help="About the most characters of the static record that a saved notebook keeps of a run.",
    ).tag(config=True, project=prefer_project_value)

    saved_size = traitlets.Int(
        1_000_000,
        min=0,
        help="The most bytes that a notebook keeps of a run, so that its panels open without a kernel; "
        "0: none, only the record.",
    ).tag(config=True, project=choose_smaller_limit)

    max_bytes = traitlets.Int(
        512_000_000,
        min=0,
        help="About how many bytes a run holds, before the oldest events are dropped; 0: as many as come.",
    ).tag(config=True, project=choose_smaller_nonzero_limit)

    max_bytes_of_views = traitlets.Int(
        2_000_000_000,
        min=0,
        help="About how many bytes runs take that views alone hold, before the oldest of these views "
        "are closed; 0: as many as they do.",
    ).tag(config=True, project=choose_smaller_nonzero_limit)

    live_views = traitlets.Int(
        20,
        min=1,
        help="How many views of runs that are over stay live in a notebook; older ones keep their record.",
    ).tag(config=True, project=prefer_project_value)

    mask_secrets = traitlets.Bool(
        True,
        help="Whether secrets are masked in all that is shown, saved or given away.",
    ).tag(config=True, project=allow_project_to_enable)

    mask = traitlets.List(
        traitlets.Unicode(),
        help="Names whose values are masked too: variables of the environment, keys of configs and headers.",
    ).tag(config=True, project=merge_unique_values)

    unmask = traitlets.List(
        traitlets.Unicode(),
        help="Names whose values are not masked, though they look like those of secrets.",
    ).tag(config=True, project=ignore_project_value)

    price = traitlets.Any(
        None,
        allow_none=True,
        help="What calls of models cost where a run does not say: a table of models, a function of a call.",
    ).tag(config=True, project=prefer_project_value)

    max_cost = traitlets.Float(
        None,
        allow_none=True,
        min=1e-6,
        help="Where a run stops that names no other limit, in US dollars by list price; None: nowhere.",
    ).tag(config=True, project=choose_smaller_limit)

    max_tokens = traitlets.Int(
        None,
        allow_none=True,
        min=1,
        help="The same in tokens, read and given out.",
    ).tag(config=True, project=choose_smaller_limit)

    max_seconds = traitlets.Float(
        None,
        allow_none=True,
        min=1e-3,
        help="The same in seconds.",
    ).tag(config=True, project=choose_smaller_limit)

    history = traitlets.Unicode(
        None,
        allow_none=True,
        help="The folder in which runs are kept, 'on' for the project's; None: they are not.",
    ).tag(config=True, project=allow_project_to_disable)

    history_size = traitlets.Float(
        500,
        min=1,
        help="How many MB of runs a history keeps.",
    ).tag(config=True, project=choose_smaller_limit)

    history_days = traitlets.Float(
        None,
        allow_none=True,
        min=0.01,
        help="For how many days a history keeps runs; None: as long as there is room.",
    ).tag(config=True, project=choose_smaller_limit)

    watch = traitlets.Bool(
        False,
        help="Whether %load_ext begins to watch every run of a graph in this process.",
    ).tag(config=True, project=prefer_project_value)

    def __init__(self) -> None:
        super().__init__()
        layers = OptionDefaults(self.traits(config=True), os.environ, get_working_directory_or_root())
        self._origins = {name: layers.resolve_default(name, self) for name in self.traits(config=True)}
        for name, origin in self._origins.items():
            setattr(self, name, origin.value)

    def get_value_with_origin(self, name: str) -> ValueWithOrigin:
        """The value of an option, and where it came from. Internal: it may change with any release."""
        value, known = getattr(self, name), self._origins[name]
        if value == known.value:
            return known
        configured = self.config.get("LGStream", {}).get(name, known.value) == value
        return ValueWithOrigin(value, "%config or IPython's configuration" if configured else "Python")

    @traitlets.validate("price")
    def _validate_price(self, proposal: Any) -> Any:
        price = proposal["value"]
        tables = isinstance(price, Mapping) and all(isinstance(each, Mapping) for each in price.values())
        if price is None or callable(price) or tables:
            return price
        raise traitlets.TraitError(f"price is a table of models or a function of a call, not {price!r}")

    @traitlets.validate("modes")
    def _validate_modes(self, proposal: Any) -> Any:
        try:
            return None if proposal["value"] is None else list(parse_modes(proposal["value"]))
        except ModeError as error:
            raise traitlets.TraitError(str(error)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            names = self.trait_names(config=True)
            raise AttributeError(
                f"there is no option {name!r}{format_suggestion_ending(name, names)} "
                f"Options: {', '.join(names)}."
            )
        super().__setattr__(name, value)


# its one object has what a user set, such as names to mask
_OPTIONS_CLASS = keep_across_reloads("holder of options", LGStream)


class MaskNames(NamedTuple):
    """Names that are masked too, and those that are not, in lower case."""

    masked_names: frozenset[str]
    unmasked_names: frozenset[str]


def get_mask_names() -> MaskNames:
    """Those names as the options have them."""
    held = _OPTIONS_CLASS.instance()  # as options() left it: names are looked up again and again
    return _make_mask_names(tuple(held.mask), tuple(held.unmask))


@lru_cache(maxsize=8)
def _make_mask_names(mask: tuple[str, ...], unmask: tuple[str, ...]) -> MaskNames:
    return MaskNames(*(frozenset(name.lower() for name in names) for names in (mask, unmask)))


def options() -> LGStream:
    """The options of this process; in IPython, as its configuration has them."""
    held = _OPTIONS_CLASS.instance()
    shell = notebook.get_shell()
    configurables: list[Any] = getattr(shell, "configurables", [held])
    if not any(each is held for each in configurables):
        configurables.append(held)
        held.update_config(shell.config)
    return held
