// An exception and what caused it: the user's own frames, and all of them on a click.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  type Exception,
  exceptionsOf,
  type Frame,
  countHiddenFrames,
  relationWord,
  shortenFilePath,
} from "../core/failure";
import { formatCountWithNoun } from "../core/format";
import type { Json, TaskRow } from "../core/schema";
import { useCell } from "../hooks/cell";
import { useView } from "../hooks/context";
import { useStore } from "../hooks/store";
import { ClippedText } from "./ClippedText";
import { Icon } from "./Icon";
import "./Traceback.css";

/** That of a task, fetched where it is too big to have been pushed. */
export function TaskTraceback({ task }: { task: TaskRow }): JSX.Element | null {
  const address = { table: "tasks", key: task.task_id, column: "traceback" };
  const cell = useCell(task.traceback, address, () => true);
  return <Traceback traceback={cell.state === "loaded" ? cell.value : null} />;
}

/** That of the run; until it is here, and where there is none, `instead`. */
export function RunTraceback({ instead }: { instead: string }): JSX.Element {
  const { call } = useView();
  const ended = useStore(["summary"], ({ summary }) => (summary.failure?.traced ? summary.ended : null));
  const [traceback, setTraceback] = useState<Json>(null);
  useEffect(() => {
    if (ended === null) return;
    call("failure", {}).then(
      (failure) => setTraceback(failure.traceback),
      () => setTraceback(null), // the line above says why it failed; the kernel's silence has its own notice
    );
  }, [call, ended]);
  return exceptionsOf(traceback).length > 0 ? <Traceback traceback={traceback} /> : <p>{instead}</p>;
}

function Traceback({ traceback }: { traceback: Json }): JSX.Element | null {
  const exceptions = exceptionsOf(traceback);
  const [all, setAll] = useState(false);
  if (exceptions.length === 0) return null;
  const hidden = countHiddenFrames(exceptions);
  return (
    <div class="lgj-traceback">
      {exceptions.map((exception, nth) => (
        <ExceptionView key={nth} exception={exception} all={all} />
      ))}
      {hidden > 0 ? (
        <button type="button" class="lgj-fold" aria-expanded={all} onClick={() => setAll(!all)}>
          <Icon name={all ? "down" : "right"} />
          {formatCountWithNoun(hidden, "frame")} of libraries
        </button>
      ) : null}
    </div>
  );
}

function ExceptionView({ exception, all }: { exception: Exception; all: boolean }): JSX.Element {
  const { error, message, notes = [], frames, frames_left_out = 0 } = exception;
  const relation = relationWord(exception);
  const drawn = all ? frames : frames.filter(({ shown }) => shown);
  return (
    <section class="lgj-exception">
      <p class="lgj-exception-head">
        {relation ? <span class="lgj-muted">{relation} </span> : null}
        <b>{error}</b>
        {message ? ": " : ""}
        <ClippedText text={message} />
      </p>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <ol class="lgj-frames">
        {drawn.map((frame, nth) => (
          <FrameView key={nth} frame={frame} />
        ))}
      </ol>
      {all && frames_left_out > 0 ? (
        <p class="lgj-muted">
          {formatCountWithNoun(frames_left_out, "frame")} more, from the 11th on, were not kept.
        </p>
      ) : null}
    </section>
  );
}

function FrameView({ frame }: { frame: Frame }): JSX.Element {
  const { file, line, source, owner } = frame;
  return (
    <li class={owner === "user" ? "lgj-frame" : "lgj-frame lgj-frame-library"}>
      <span class="lgj-frame-place" title={file}>
        {shortenFilePath(file)}
        {line === null ? "" : `:${line}`} in <b>{frame.function}</b>
      </span>
      {source ? <code>{source}</code> : null}
    </li>
  );
}
