// The views of a run and of the branches that were begun here, one at a time, in the same cell. The kernel says
// which there are; each is a widget of its own, made by the page's widget manager.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Model } from "../core/connection/model";
import { namesOf } from "./names";
import { hearRuns } from "./show";
import "./Branches.css";

interface Placed {
  readonly run: string;
  readonly parent: string | null;
  readonly model: string;
}

interface ViewOf {
  readonly el: HTMLElement;
  remove(): void;
}

/** The part of a widget manager that is used. */
interface Manager {
  has_model?(id: string): boolean;
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown, options?: unknown): Promise<ViewOf>;
}

export function Branches({ model, children }: { model: Model; children: ComponentChildren }): JSX.Element {
  const placed = usePlaced(model);
  const [shown, setShown] = useState<string | null>(null); // null: the run itself
  const root = useRef<HTMLDivElement>(null);
  const newest = placed.at(-1)?.run ?? null;
  const known = useRef(newest);
  useEffect(() => {
    if (newest !== known.current) setShown(newest);
    known.current = newest;
  }, [newest]);
  useEffect(() => {
    if (!root.current || placed.length === 0) return; // a branch's own view: who holds it hears
    return hearRuns(root.current, (run) => setShown(placed.some((each) => each.run === run) ? run : null));
  }, [placed]);
  const names = namesOf(placed);
  return (
    <div ref={root}>
      {placed.length > 0 ? (
        <nav class="lgj-root lgj-branches" aria-label="Runs in this cell">
          <Choice name="Run" current={shown === null} onChoose={() => setShown(null)} />
          {placed.map(({ run }) => (
            <Choice
              key={run}
              name={names.get(run) ?? "Branch"}
              current={shown === run}
              onChoose={() => setShown(run)}
            />
          ))}
        </nav>
      ) : null}
      <div hidden={shown !== null}>{children}</div>
      {placed.map(({ run, model: id }) => (
        <BranchView key={run} id={id} manager={model.widget_manager} hidden={shown !== run} />
      ))}
    </div>
  );
}

function usePlaced(model: Model): readonly Placed[] {
  const read = () => (model.get("_branches") ?? []) as readonly Placed[];
  const [placed, setPlaced] = useState(read);
  useLayoutEffect(() => {
    const look = () => setPlaced(read());
    look();
    model.on("change:_branches", look);
    return () => model.off("change:_branches", look);
  }, [model]);
  return placed;
}

function Choice(props: { name: string; current: boolean; onChoose: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-button ${props.current ? "lgj-chosen" : ""}`}
      aria-current={props.current ? "true" : undefined}
      onClick={props.onChoose}
    >
      {props.name}
    </button>
  );
}

function BranchView(props: { id: string; manager: unknown; hidden: boolean }): JSX.Element {
  const { id, manager, hidden } = props;
  const host = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    let view: ViewOf | null = null;
    let gone = false;
    viewOf(manager as Manager | undefined, id).then(
      (made) => {
        view = made;
        if (gone) made.remove();
        else host.current?.append(made.el);
      },
      () => setProblem(true),
    );
    return () => {
      gone = true;
      view?.remove();
    };
  }, [id, manager]);
  return (
    <div ref={host} hidden={hidden}>
      {problem ? (
        <p class="lgj-root lgj-branch-elsewhere" role="alert">
          This page cannot show the branch here: lg_jupyter.last_run.show() in a cell does.
        </p>
      ) : null}
    </div>
  );
}

const TRIES = 30;
const PAUSE = 100; // milliseconds

async function viewOf(manager: Manager | undefined, id: string): Promise<ViewOf> {
  if (!manager?.create_view) throw new Error("no widget manager");
  for (let nth = 0; nth < TRIES && manager.has_model?.(id) === false; nth += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return manager.create_view(await manager.get_model(id), {});
}
