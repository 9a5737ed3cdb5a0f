"""Exceptions without the secrets in what they say, for others show, log and save them."""

from __future__ import annotations

from typing import Any

from lg_jupyter.errors import LgJupyterError, RunError
from lg_jupyter.kernel import notebook
from lg_jupyter.kernel.user_code import reraise_if_from_signal
from lg_jupyter.secrets.ipython_tracebacks import show_only_user_frames
from lg_jupyter.secrets.redact import Redactor

MAX_ARGUMENT_DEPTH = 20
"""Levels of containers in an exception's arguments that are looked into."""


def mask_exception_in_place(error: BaseException, redactor: Redactor) -> BaseException:
    """The exception with every secret masked in what it says, and in what caused it.

    It is the same object, changed; only one whose text cannot be changed is replaced, by a
    :class:`~lg_jupyter.RunError` with its name.
    """
    return _ErrorMasker(redactor).mask_exception_in_place(error) if redactor.is_active else error


def mask_exception_and_traceback(error: BaseException, redactor: Redactor) -> BaseException:
    """The same for an exception that IPython shows: its stack too, which may list what variables hold."""
    error = mask_exception_in_place(error, redactor)
    show_only_user_frames(error, redactor.mask_truncated_text)
    return error


def mask_exception_to_raise(error: BaseException, redactor: Redactor) -> BaseException:
    """The exception as it may be raised: masked in IPython, which shows and keeps all of it.

    Elsewhere the user's own stays as it is; ours are masked, for they quote users and servers.
    """
    if notebook.get_shell() is not None:
        return mask_exception_and_traceback(error, redactor)
    return mask_exception_in_place(error, redactor) if isinstance(error, LgJupyterError) else error


class _ErrorMasker:
    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._masked_errors: dict[int, BaseException] = {}

    def mask_exception_in_place(self, error: BaseException) -> BaseException:
        if id(error) in self._masked_errors:
            return self._masked_errors[id(error)]
        self._masked_errors[id(error)] = error
        chain = (error.__cause__, error.__context__)
        members_stay = self._mask_group_members_in_place(error)
        if not members_stay or (self._contains_secret(error) and not self._mask_arguments_in_place(error)):
            instead = RunError(type(error).__name__, self._redactor.mask(_get_exception_str_or_empty(error)))
            self._masked_errors[id(error)] = instead.with_traceback(error.__traceback__)
        shown = self._masked_errors[id(error)]
        self._mask_causes_and_context(shown, *chain, error.__suppress_context__)
        return shown

    def _mask_group_members_in_place(self, error: BaseException) -> bool:
        """Mask those of a group; whether all could be changed, for a group takes no others."""
        members = [each for each in getattr(error, "exceptions", ()) if isinstance(each, BaseException)]
        return [*map(id, map(self.mask_exception_in_place, members))] == [*map(id, members)]

    def _mask_causes_and_context(
        self,
        error: BaseException,
        cause: BaseException | None,
        context: BaseException | None,
        suppressed: bool,
    ) -> None:
        if cause is not None:
            error.__cause__ = self.mask_exception_in_place(cause)
        if context is not None:
            error.__context__ = self.mask_exception_in_place(context)
        error.__suppress_context__ = suppressed

    def _contains_secret(self, error: BaseException) -> bool:
        """Whether a secret is in anything that is shown of it."""
        notes = getattr(error, "__notes__", None) or ()
        return any(
            self._is_changed_by_masking(text)
            for text in (_get_exception_str_or_empty(error), _get_repr_or_empty(error.args), *map(str, notes))
        )

    def _is_changed_by_masking(self, text: str) -> bool:
        return self._redactor.mask(text) != text

    def _mask_arguments_in_place(self, error: BaseException) -> bool:
        """Mask what it is made of; whether that was enough."""
        try:
            error.args = self._mask_argument(error.args, 0)
            for name, value in list(vars(error).items()):
                setattr(error, name, self._mask_argument(value, 0))
            for name in ("strerror", "filename", "filename2", "msg", "text", "reason", "name", "object"):
                if isinstance(value := getattr(error, name, None), str) and self._is_changed_by_masking(
                    value
                ):
                    setattr(error, name, self._redactor.mask(value))
        except BaseException as raised:  # it may refuse
            reraise_if_from_signal(raised)
        return not self._contains_secret(error) or (
            self._override_str(error) and not self._contains_secret(error)
        )

    def _override_str(self, error: BaseException) -> bool:
        """Let it say something else, as an instance of a class of its own that is called the same."""
        cls, text = type(error), self._redactor.mask(_get_exception_str_or_empty(error))
        names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__str__": lambda self: text}
        try:
            error.__class__ = type(cls.__name__, (cls,), names)
        except BaseException as raised:
            reraise_if_from_signal(raised)
            return False
        return True

    def _mask_argument(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self._redactor.mask(value) if type(value) is str else value
        if isinstance(value, bytes):
            text = value.decode("latin-1")
            return (
                self._redactor.mask(text).encode("latin-1", "replace")
                if self._is_changed_by_masking(text)
                else value
            )
        if depth >= MAX_ARGUMENT_DEPTH:
            return value
        if type(value) in (list, tuple):
            return type(value)(self._mask_argument(item, depth + 1) for item in value)
        if type(value) is dict:
            return {
                self._mask_argument(k, depth + 1): self._mask_argument(item, depth + 1)
                for k, item in value.items()
            }
        return value


def _get_exception_str_or_empty(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException as raised:
        reraise_if_from_signal(raised)
        return ""


def _get_repr_or_empty(value: object) -> str:
    try:
        return repr(value)
    except BaseException as raised:
        reraise_if_from_signal(raised)
        return ""
