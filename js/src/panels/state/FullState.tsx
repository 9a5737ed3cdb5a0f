import type { JSX } from "preact";
import { LazyTree } from "../../components/LazyTree";
import { useView } from "../../hooks/context";

interface At {
  readonly namespace: string;
  readonly seq: number;
}

/** The whole state after a step. */
export function FullState({ at: { namespace, seq } }: { at: At }): JSX.Element {
  const { call } = useView();
  return (
    <LazyTree
      of={`${namespace} ${seq}`}
      load={(path, offset, limit) => call("state", { namespace, seq, path, offset, limit })}
    />
  );
}
