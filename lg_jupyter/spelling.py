"""What somebody may have meant by a name that is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lg_jupyter.errors import UnknownAttributeError


def find_nearest_name(name: object, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The one of ``names`` that is spelled most like ``name``; ``None`` if none is alike.

    Parameters
    ----------
    name
        What was given, of whatever type.
    names
        What there is.
    cutoff
        How much alike they must be, from 0 to 1.
    """
    import difflib  # needed only where something went wrong

    return next(iter(difflib.get_close_matches(str(name), list(names), n=1, cutoff=cutoff)), None)


def format_suggestion_ending(name: object, names: Iterable[str]) -> str:
    """``: did you mean 'timeline'?``, or a full stop if no name is alike: how a sentence on ``name`` ends."""
    near = find_nearest_name(name, names)
    return "." if near is None else f": did you mean {near!r}?"


def make_unknown_attribute_error(owner: str, name: str, names: Iterable[str]) -> UnknownAttributeError:
    """The error of an attribute that ``owner`` does not have; of ``names``, private ones are not meant."""
    public = [each for each in names if not each.startswith("_")]
    return UnknownAttributeError(f"{owner} has no attribute {name!r}{format_suggestion_ending(name, public)}")


class SuggestsAttributes:
    """A class whose missing attributes are answered with those that may have been meant."""

    if not TYPE_CHECKING:  # a type checker knows which attributes there are

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or hasattr(type(self), name):
                return object.__getattribute__(self, name)  # raises what led here
            kind = type(self).__name__
            raise make_unknown_attribute_error(
                f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}", name, dir(self)
            )
