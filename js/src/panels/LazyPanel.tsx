import type { JSX } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Assets } from "../core/assets";
import { useView } from "../hooks/context";
import { useStore } from "../hooks/store";
import { PaceContext } from "../core/pace";
import { isDeaf } from "../core/schema";
import type { Name } from "./steering";
import { useSteer } from "../steer/steer";

type Panels = Assets["steering"];

/** A panel of the module that is fetched when one of its panels opens. */
export function Fetched({ name }: { name: Name }): JSX.Element {
  const view = useView();
  const pace = useContext(PaceContext);
  const steer = useSteer();
  const deaf = useStore(["summary"], ({ summary }) => isDeaf(summary));
  const place = useRef<HTMLDivElement>(null);
  const [panels, setPanels] = useState<Panels | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const fetch = () => {
    setProblem(null);
    view.load("steering").then(
      (fetched) => setPanels(() => fetched),
      (error: Error) => setProblem(error.message),
    );
  };
  useEffect(fetch, [view]);
  useLayoutEffect(() => {
    if (panels && place.current) return panels.mount(name, place.current, { view, pace, steer });
  }, [panels, name, view, pace, steer]);
  if (problem !== null) {
    return (
      <div class="lgj-empty" role="alert">
        <span>{problem}</span>
        <button type="button" class="lgj-link" onClick={fetch}>
          Ask again
        </button>
      </div>
    );
  }
  return (
    <div class="lgj-fetched" ref={place}>
      {panels === null ? (
        <p class="lgj-muted lgj-fetching">
          {deaf ? "The kernel answers once the cell has ended." : "Loading the panel…"}
        </p>
      ) : null}
    </div>
  );
}
