// A cell's value in full: a tree, or, where only the beginning was pushed, a way to fetch the rest.

import type { JSX } from "preact";
import { bytes, pretty } from "../core/format";
import { isBig, type Json } from "../core/schema";
import { type CellAddress, useCell } from "../hooks/cell";
import { useReachable } from "../hooks/store";
import { CopyButton } from "./CopyButton";
import { JsonTree } from "./JsonTree";
import "./Value.css";

export function Value({ value, address }: { value: Json; address: CellAddress }): JSX.Element {
  return isBig(value) ? (
    <BigValue value={value} beginning={value.preview} address={address} />
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

function BigValue(props: { value: Json; beginning: string; address: CellAddress }): JSX.Element {
  const reachable = useReachable();
  const cell = useCell(props.value, props.address);
  if (cell.state === "loaded") return <WholeValue value={cell.value} />;
  return (
    <div class="lgj-value">
      <code class="lgj-beginning">{props.beginning}…</code>
      <button
        type="button"
        class="lgj-button"
        onClick={cell.fetch}
        disabled={!reachable || cell.state === "loading"}
        title={reachable ? undefined : "The kernel that holds it is gone"}
      >
        {cell.state === "loading" ? "Loading…" : `Load all ${bytes(cell.size)}`}
      </button>
      {cell.state === "failed" ? <p class="lgj-problem">{cell.why}</p> : null}
    </div>
  );
}
