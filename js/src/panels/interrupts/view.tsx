import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { Empty } from "../../components/Empty";
import { NothingShown } from "../../components/NothingShown";
import { VirtualList } from "../../components/VirtualList";
import type { InterruptRow } from "../../core/schema";
import { useNarrowing } from "../../hooks/narrowing";
import { useTable } from "../../hooks/store";
import { isTextField } from "../../hooks/shortcuts";
import { sendIfComplete } from "../../steer/sendIfComplete";
import { useRunSteering } from "../../steer/useRunSteering";
import { INTERRUPTS } from "../../texts/interrupts";
import { approvalsOfAll } from "./data";
import { Question } from "./Question";
import { SendBar } from "./SendBar";
import { useFullHeightRequest } from "./useFullHeightRequest";
import "./view.css";

export function View(): JSX.Element {
  const { rows, version } = useTable("interrupts");
  const narrowing = useNarrowing();
  const shown = useMemo(() => rows.filter((row) => narrowing.shows(row)), [rows, version, narrowing]);
  const steer = useRunSteering();
  const waiting = shown.filter((row) => steer.awaits(row));
  const box = useRef<HTMLDivElement>(null);
  useFullHeightRequest(box, waiting.length > 0);
  if (rows.length === 0) return <Empty waiting={INTERRUPTS.waiting} none={INTERRUPTS.none} />;
  if (shown.length === 0) {
    const what = narrowing.scope ? INTERRUPTS.noneSelected : INTERRUPTS.noneFits;
    return <NothingShown what={what} narrowing={narrowing} />;
  }
  const all = approvalsOfAll(steer, waiting);
  const onKeyDown = (event: KeyboardEvent) => {
    const { stage } = steer.sending;
    if (stage.at !== "grace" || event.defaultPrevented || isTextField(event.target)) return;
    if (event.key === "Escape") steer.sending.undo();
    else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement))
      steer.sending.sendNow(stage.answers);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="lgj-interrupts"
      ref={box}
      onKeyDown={onKeyDown}
      role="group"
      aria-label={INTERRUPTS.questions}
    >
      {all ? (
        <div class="lgj-panel-bar">
          <button type="button" class="lgj-button" onClick={() => sendIfComplete(steer, all.drafts)}>
            {INTERRUPTS.approveAll(`${all.count}`)}
          </button>
        </div>
      ) : null}
      <VirtualList
        class="lgj-questions"
        label={INTERRUPTS.name}
        count={shown.length}
        keyOf={(index) => (shown[index] as InterruptRow).number}
        estimate={() => 120}
        epoch={narrowing}
        render={(index) => (
          <Question
            row={shown[index] as InterruptRow}
            steer={steer}
            marked={narrowing.marks(shown[index] as InterruptRow)}
            oneOfMany={waiting.length > 1}
          />
        )}
      />
      <SendBar steer={steer} waiting={waiting} />
    </div>
  );
}
