"""What is noted of a run whose connection to the server, or whose thread there, is lost."""

from __future__ import annotations

THREAD_DELETED_SENTENCE = (
    "Its thread is no longer on the server: it was deleted, was there for this run alone, "
    "or the server, started anew, does not know it any more."
)

CONNECTION_LOST_CLAUSE = "The connection to the server broke off"
CONNECTION_SILENT_CLAUSE = "The connection to the server is silent"
EVENTS_NOT_KEPT_SENTENCE = (
    "This run was started without stream_resumable=True: what came before it was joined is not known."
)
EVENTS_MAY_BE_LOST_CLAUSE = "something may be lost, and what the server ran anew may stand here twice."
