// A cell's value in full: a tree, or, where only the beginning was pushed, a way to fetch the rest.

import type { JSX } from "preact";
import { isBigCell, type Json } from "../core/schema";
import { type CellAddress, useCell } from "../hooks/cell";
import { useReachable } from "../hooks/store";
import { VALUE } from "../texts/value";
import { JsonTree } from "./JsonTree";
import "./Value.css";

export function Value({ value, address }: { value: Json; address: CellAddress }): JSX.Element {
  return isBigCell(value) ? (
    <BigValue value={value} beginning={value.preview} address={address} />
  ) : (
    <JsonTree value={value} />
  );
}

const AT_ONCE = 50_000; // characters of JSON that are fetched without a click

function BigValue(props: { value: Json; beginning: string; address: CellAddress }): JSX.Element {
  const reachable = useReachable();
  const cell = useCell(props.value, props.address, () => true, AT_ONCE);
  if (cell.state === "loaded") return <JsonTree value={cell.value} />;
  return (
    <div class="lgj-value">
      <code class="lgj-beginning">{props.beginning}…</code>
      <button
        type="button"
        class="lgj-button"
        onClick={cell.fetch}
        disabled={!reachable || cell.state === "loading"}
        title={reachable ? undefined : VALUE.kernelGone}
      >
        {cell.state === "loading" ? VALUE.loading : VALUE.load(cell.size)}
      </button>
      {cell.state === "failed" ? <p class="lgj-problem">{cell.why}</p> : null}
    </div>
  );
}
