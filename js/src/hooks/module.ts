import { useEffect, useState } from "preact/hooks";
import { useView } from "./context";

/** What was loaded of this release, for all views. */
const LOADED = new Map<string, unknown>();

/** A module that does not come with the frame, once it is here. */
export function useModule<Exports>(name: string): {
  readonly module: Exports | null;
  readonly problem: string | null;
  readonly again: () => void;
} {
  const { load } = useView();
  const [module, setModule] = useState((LOADED.get(name) ?? null) as Exports | null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = () => {
    setProblem(null);
    load<Exports>(name).then(
      (found) => {
        LOADED.set(name, found);
        setModule(() => found);
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  useEffect(() => {
    if (module === null) ask();
  }, [load]);
  return { module, problem, again: ask };
}
