// A cell's value in full: a tree, or, where only the beginning was pushed, a way to fetch the rest.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useView } from "../context";
import { bytes, pretty } from "../format";
import { useReachable } from "../hooks";
import { type Json, isBig } from "../schema";
import { CopyButton } from "./CopyButton";
import { JsonTree } from "./JsonTree";

/** Where a cell stands: what a `value` call needs. */
export interface CellAddress {
  readonly table: string;
  readonly key: Json;
  readonly column: string;
}

export function Value({ value, address }: { value: Json; address: CellAddress }): JSX.Element {
  return isBig(value) ? (
    <BigValue size={value.$big} beginning={value.preview} address={address} />
  ) : (
    <WholeValue value={value} />
  );
}

function WholeValue({ value }: { value: Json }): JSX.Element {
  return (
    <div class="lgj-value">
      <JsonTree value={value} />
      {typeof value === "object" && value !== null ? <CopyButton text={() => pretty(value)} /> : null}
    </div>
  );
}

type Fetched =
  | { state: "not yet" }
  | { state: "under way" }
  | { state: "here"; value: Json }
  | { state: "failed"; why: string };

function BigValue(props: { size: number; beginning: string; address: CellAddress }): JSX.Element {
  const { call } = useView();
  const reachable = useReachable();
  const [fetched, setFetched] = useState<Fetched>({ state: "not yet" });
  if (fetched.state === "here") return <WholeValue value={fetched.value} />;
  const fetchIt = () => {
    setFetched({ state: "under way" });
    call("value", { ...props.address }).then(
      (value) => setFetched({ state: "here", value }),
      (error: Error) => setFetched({ state: "failed", why: error.message }),
    );
  };
  return (
    <div class="lgj-value">
      <code class="lgj-beginning">{props.beginning}…</code>
      <button
        type="button"
        class="lgj-button"
        onClick={fetchIt}
        disabled={!reachable || fetched.state === "under way"}
        title={reachable ? undefined : "The kernel that holds it is gone"}
      >
        {fetched.state === "under way" ? "Loading…" : `Load all ${bytes(props.size)}`}
      </button>
      {fetched.state === "failed" ? <p class="lgj-problem">{fetched.why}</p> : null}
    </div>
  );
}
