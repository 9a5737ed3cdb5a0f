"""What a form does without its widget: what the target takes, the checks, the run, its Python."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from lg_jupyter.apps import schemas
from lg_jupyter.apps.form_input import FormInput
from lg_jupyter.apps.initial_values import VISIBLE_CONFIG_KEYS, InitialFormValues, encode_form_input
from lg_jupyter.apps.message_content import validate_content
from lg_jupyter.apps.python_code import format_stream_call, format_target_expression
from lg_jupyter.apps.schemas import TargetSchemas
from lg_jupyter.apps.secret_detector import SecretDetector
from lg_jupyter.encode import Encoder
from lg_jupyter.errors import UsageError
from lg_jupyter.events.events import JSON
from lg_jupyter.request.attachments import validate_attachments
from lg_jupyter.request.config import validate_config
from lg_jupyter.run import Run, start_run
from lg_jupyter.secrets.known_secrets import make_redactor
from lg_jupyter.secrets.redact import Redactor
from lg_jupyter.sources import as_source
from lg_jupyter.sources.base import UNSET, Request, RequestedThreadId
from lg_jupyter.sources.local import graphs
from lg_jupyter.sources.local.source import LocalSource
from lg_jupyter.sources.server.server import Server
from lg_jupyter.sources.server.source import ServerSource


class FormController:
    """Serves the form of one target, be it by another assistant of its server.

    Attributes
    ----------
    target
        What was given: a graph or a server.
    initial
        The values that the form was made with.
    is_server
        Whether the target is a server.
    keeps_threads
        Whether it keeps threads.
    title
        What the form calls it.
    """

    def __init__(self, target: Any, form_input: FormInput, name: str | None, **options: Any) -> None:
        source = as_source(target)
        if not isinstance(source, (LocalSource, ServerSource)):
            raise UsageError("a source carries one run; give app what makes new ones: a graph, or a Server")
        self.target = target
        self._name, self._options = name, options
        self.is_server = isinstance(source, ServerSource)
        self.keeps_threads = not isinstance(source, LocalSource) or (
            source.has_checkpointer or graphs.is_remote_graph(target)
        )
        self.title = name or _make_default_title(target, source.name)
        self._schemas: dict[str | None, TargetSchemas] = {}
        redactor = self.make_redactor(form_input)
        self.initial = InitialFormValues(form_input, Encoder(redactor).encode, SecretDetector(redactor))

    # What the target takes.

    async def fetch_schemas(self, assistant: str | None) -> TargetSchemas:
        """What an assistant takes, or the graph; made once, apart from this loop."""
        if assistant not in self._schemas:
            make = schemas.fetch_server_schemas if self.is_server else schemas.read_graph_schemas
            self._schemas[assistant] = await asyncio.to_thread(make, self.resolve_target(assistant))
        return self._schemas[assistant]

    def resolve_target(self, assistant: str | None) -> Any:
        """The target, by another assistant of its server if one is named."""
        if not self.is_server or assistant is None or assistant == self.target.assistant:
            return self.target
        server: Server = self.target
        return server.by(assistant)

    def validate_thread_id(self, thread: str | None) -> None:
        """Refuse a thread's id that the target has no use for."""
        as_source(self.target).validate_request(Request(thread_id=UNSET if thread is None else thread))

    async def fetch_thread_state(self, thread: str) -> JSON:
        """The encoded state of a thread; ``None`` of one that is not there yet."""
        source: Any = as_source(self.target)
        source.thread_id = thread
        try:
            latest = await source.aget_latest_checkpoint()
        except Exception:  # whatever a checkpointer or a server has against it: its first run will say
            return None
        return None if latest is None else Encoder(self.make_redactor()).encode(latest.get("values"))

    # A run.

    def validate_form_input(self, target_schemas: TargetSchemas, form_input: FormInput) -> None:
        """Refuse what cannot be given.

        Raises
        ------
        UsageError
            Saying what is wrong, and where.
        """
        if form_input.message is None:
            self._validate_graph_input(target_schemas, form_input.input)
        else:
            validate_content(form_input.message)
        validate_attachments(form_input.input)
        for what in ("config", "context"):
            value = getattr(form_input, what)
            if value is not None and not isinstance(value, dict):
                raise UsageError(f"The {what} is an object, not {type(value).__name__}")
        validate_config(form_input.config)

    def _validate_graph_input(self, target_schemas: TargetSchemas, value: JSON) -> None:
        kind = schemas.resolve_top_level_reference(target_schemas.input, target_schemas.input).get("type")
        if kind == "object" and not isinstance(value, dict):
            raise UsageError(f"The input is an object, not {type(value).__name__}")
        if target_schemas.input and not self.is_server:
            schemas.validate_graph_input(
                self.target, self.initial.restore_user_objects(FormInput(value)).input
            )

    def start_run(
        self,
        form_input: FormInput,
        input: Any,
        assistant: str | None,
        thread: RequestedThreadId,
        secrets: SecretDetector,
        own_loop: bool,
    ) -> Run:
        """Start the run; on its ``own_loop`` where the running one ends with the call."""
        restored = self.initial.restore_user_objects(form_input)
        parts = (form_input.input, form_input.context, form_input.config)
        request = Request(
            input=input,
            thread_id=thread,
            config=validate_config(restored.config),
            context=restored.context,
            secrets=tuple(named for part in parts for named in secrets.iter_secret_names_and_texts(part)),
            **self._options,
        )
        return start_run(self.resolve_target(assistant), request, name=self._name, thread=own_loop)

    def format_python_code(
        self,
        form_input: FormInput,
        target_schemas: TargetSchemas,
        assistant: str | None,
        thread: RequestedThreadId,
    ) -> str:
        """The line of Python that starts the same run."""
        secrets = self.make_secret_detector(target_schemas, form_input)
        restored = self.initial.restore_user_objects(form_input)
        config = {
            name: value for name, value in (restored.config or {}).items() if name in VISIBLE_CONFIG_KEYS
        }
        form_input = encode_form_input(replace(restored, config=config or None), Encoder().encode)
        if form_input.message is not None:
            rest = form_input.input if isinstance(form_input.input, dict) else {}
            messages = [{"role": "user", "content": form_input.message}]
            form_input = replace(form_input, input={**rest, "messages": messages})
        return format_stream_call(self.resolve_target(assistant), self.title, form_input, thread, secrets)

    # Secrets.

    def make_redactor(self, form_input: FormInput | None = None) -> Redactor:
        """Knows the secrets of the environment, of the target, and of what was given."""
        config = form_input.config if form_input is not None and isinstance(form_input.config, dict) else None
        context = None if form_input is None else form_input.context
        return make_redactor(as_source(self.target), Request(config=config, context=context))

    def make_secret_detector(self, target_schemas: TargetSchemas, form_input: FormInput) -> SecretDetector:
        """What finds the secrets in what was given."""
        return SecretDetector(self.make_redactor(form_input), target_schemas.collect_secret_names())


def _make_default_title(target: Any, name: str) -> str:
    if isinstance(target, Server) or graphs.get_given_graph_name(target) is not None:
        return name
    return format_target_expression(target, name)
