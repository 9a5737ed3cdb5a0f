"""What a run on a server says of itself where the server says little: a stand-in answers as it is told."""

import pytest

import lg_jupyter
from lg_jupyter import Server, ServerError
from lg_jupyter.apps import schemas
from lg_jupyter.sources.server import rejoin
from tests.server_stub import RUN, THREAD, ServerStub, events

VALUES = ("values", {"x": 1})
GONE = (404, {"detail": f"Thread with ID {THREAD} not found"})
IDLE = (200, {"thread_id": THREAD, "status": "idle", "values": {"x": 1}})


def finished(method, path):
    """A server on which all goes well."""
    if path.endswith("/stream"):
        return 200, events(VALUES)
    if path.endswith(RUN):
        return 200, {"run_id": RUN, "thread_id": THREAD, "status": "success", "kwargs": {}}
    if path.endswith("/state"):
        return 200, {"values": {"x": 1}, "next": [], "tasks": []}
    return IDLE


def streamed(stub, *, headers=None, **options):
    return lg_jupyter.stream(Server(stub.url, "agent", headers=headers), {"x": 0}, display=False, **options)


async def test_a_run_on_a_thread_asks_for_no_leave_to_make_one():
    def answer(method, path):
        if (method, path) == ("POST", "/threads"):
            return 403, {"detail": "threads that are there may be used, none may be made"}
        return finished(method, path)

    with ServerStub(answer) as stub:
        run = await streamed(stub, thread_id=THREAD)
        [body] = stub.asked("POST", f"/threads/{THREAD}/runs/stream")
    assert run.status == "success" and run.output == {"x": 1}
    assert body["if_not_exists"] == "create"


@pytest.mark.parametrize("status", [404, 409])
async def test_a_thread_of_somebody_else_is_not_called_busy(status):
    detail = "Thread not found" if status == 404 else f"Thread with ID {THREAD} already exists"
    with (
        ServerStub(lambda method, path: (status, {"detail": detail})) as stub,
        pytest.raises(ServerError, match=r"somebody else.*take another thread_id") as raised,
    ):
        await streamed(stub, thread_id=THREAD)
    assert "busy" not in str(raised.value) and "address" not in str(raised.value)


async def test_a_busy_thread_is_called_busy():
    refusal = {"detail": "Thread is already running a task. Wait for it to finish or choose a strategy."}
    with (
        ServerStub(lambda method, path: (409, refusal)) as stub,
        pytest.raises(ServerError, match=r"busy with another run.*multitask"),
    ):
        await streamed(stub, thread_id=THREAD)


async def test_a_login_that_is_refused_is_called_by_its_header():
    with (
        ServerStub(lambda method, path: (401, {"detail": "token expired"})) as stub,
        pytest.raises(ServerError, match="header 'Authorization' that was sent") as raised,
    ):
        await streamed(stub, thread_id=THREAD, headers={"Authorization": "Bearer carol-12345678"})
    assert "token expired" in str(raised.value) and "carol" not in str(raised.value)
    assert "API key" not in str(raised.value)


def joined(told, *, kwargs, thread_left=False):
    """A run that was joined while it went on, and is gone when its stream is over."""
    over = []

    def answer(method, path):
        if path.endswith("/stream"):
            over.append(path)
            return 200, events(*told)
        if path.endswith(RUN) and not over:
            return 200, {"run_id": RUN, "thread_id": THREAD, "status": "running", "kwargs": kwargs}
        if path.endswith(RUN):
            return 404, {"detail": "Run not found"}
        return IDLE if thread_left else GONE

    return answer


TASK = {"id": "a", "name": "n", "input": {}, "triggers": []}
DONE = {"id": "a", "name": "n", "result": {"x": 1}, "error": None, "interrupts": []}


@pytest.mark.parametrize(
    ("told", "kwargs", "thread_left", "status"),
    [
        ([VALUES], {"temporary": True}, False, "success"),
        ([("tasks", TASK), ("tasks", DONE), VALUES], {"temporary": True}, False, "success"),
        ([("tasks", TASK)], {"temporary": True}, False, "incomplete"),
        ([("error", {"error": "ValueError", "message": "no"})], {"temporary": True}, False, "error"),
        ([VALUES], {}, False, "incomplete"),
        ([("error", {"error": "HTTPException", "message": "404: Run not found"})], {}, False, "incomplete"),
        ([VALUES], {}, True, "cancelled"),
    ],
)
async def test_a_run_that_is_gone_ended_as_its_stream_says(told, kwargs, thread_left, status):
    modes = {"stream_mode": ["values", "tasks"], "resumable": False}
    with ServerStub(joined(told, kwargs={**modes, **kwargs}, thread_left=thread_left)) as stub:
        run = lg_jupyter.join(Server(stub.url, "agent"), THREAD, RUN, display=False)
        if status == "error":
            with pytest.raises(lg_jupyter.RunError):
                await run
        else:
            await run
    assert run.status == status
    if status == "incomplete":
        assert "no longer on the server" in run.note and "may go on" not in run.note
    elif status == "success":
        assert run.output == {"x": 1} and "ancelled" not in (run.note or "")


class Breaking:
    """A server on which all goes well, but that some requests, behind the one for the run, go wrong."""

    def __init__(self, wrong=range(0), how=(0, None)):
        self.wrong, self.how, self.behind = wrong, how, -1

    def __call__(self, method, path):
        self.behind += self.behind >= 0 or path.endswith("/runs/stream")
        return self.how if self.behind in self.wrong else finished(method, path)


async def ended(server):
    with ServerStub(server) as stub:
        run = await streamed(stub, thread_id=THREAD)
    rows = {name: run.trace.rows(name) for name in ("namespaces", "tasks", "state_diffs")}
    shown = {name: [(row.get("status"), row.get("path")) for row in table] for name, table in rows.items()}
    return run.status, run.output, shown


@pytest.mark.parametrize("how", [(0, None), (503, {"detail": "later"})])
async def test_whichever_request_behind_its_stream_breaks_a_run_ends_as_it_did(how, monkeypatch):
    monkeypatch.setattr(rejoin, "REJOIN_DELAYS_SECONDS", (0.0,) * 8)
    undisturbed = Breaking()
    as_it_was = await ended(undisturbed)
    assert as_it_was[0] == "success" and undisturbed.behind >= 4
    for wrong in (*(range(at, at + 1) for at in range(1, undisturbed.behind + 1)), range(2, 7)):
        assert await ended(Breaking(wrong, how)) == as_it_was, wrong
    nobody = await ended(Breaking(range(2, 1000), how))
    assert nobody[0] == "incomplete"


@pytest.mark.parametrize("thread_id", [THREAD, None])
async def test_a_connection_that_breaks_before_the_answer_may_leave_a_run_behind(thread_id):
    def answer(method, path):
        return (0, None) if path.endswith("/runs/stream") else IDLE

    with ServerStub(answer) as stub:
        run = streamed(stub, thread_id=thread_id)
        with pytest.raises(ServerError, match="may have begun there, and go on"):
            await run
        assert run.status == "incomplete"
        assert not stub.asked("DELETE", THREAD)


async def test_a_thread_that_was_made_for_a_run_which_may_go_on_is_left():
    def answer(method, path):
        return (0, None) if path.endswith("/runs/stream") else IDLE

    with ServerStub(answer) as stub:
        run = streamed(stub)
        with pytest.raises(ServerError, match=THREAD):
            await run
        assert not any(method == "DELETE" for method, *_ in stub.requests)


def named(*assistants, refuses=422):
    """A server that knows assistants by id alone, but tells their names."""

    def answer(method, path):
        if path == "/assistants/search":
            return 200, [{"assistant_id": key, "graph_id": "g", "name": name} for key, name in assistants]
        return finished(method, path)

    return answer


async def test_an_assistant_is_found_by_its_name():
    ids = ["f316fc24-980d-43ab-a7eb-bcccb523560b", "0f3a1c8e-1111-4222-8333-444455556666"]

    with ServerStub(named((ids[0], "My helper"), (ids[1], "Other"))) as stub:
        server = Server(stub.url, "My helper")
        assert server.look_up_assistant_id() == server.assistant_id == ids[0]
        run = await lg_jupyter.stream(server, {"x": 0}, thread_id=THREAD, display=False)
        [body] = stub.asked("POST", "/runs/stream")
    assert body["assistant_id"] == ids[0] and run.name == "My helper" and ids[0] in run.code()


async def test_assistants_of_one_name_are_told_apart_by_their_ids():
    with ServerStub(named(("a1", "twin"), ("b2", "twin"))) as stub:
        with pytest.raises(ServerError, match=r"2 assistants called 'twin'.*a1 \(of g\), b2 \(of g\)"):
            Server(stub.url, "twin").look_up_assistant_id()
        with pytest.raises(ServerError, match="no assistant 'twins'; did you mean 'twin'"):
            Server(stub.url, "twins").look_up_assistant_id()


def test_what_an_assistant_takes_is_its_state_where_it_has_no_schema_of_its_input():
    state = {"type": "object", "properties": {"topic": {"type": "string"}}}

    def answer(method, path):
        if path.endswith("/schemas"):
            return 200, {"graph_id": "g", "input_schema": None, "state_schema": state, "config_schema": {}}
        return 200, [{"assistant_id": "a", "graph_id": "g"}]

    with ServerStub(answer) as stub:
        taken = schemas.fetch_server_schemas(Server(stub.url, "g"))
    assert taken.input["properties"] == state["properties"] and not taken.notes
