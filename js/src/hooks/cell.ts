import { useEffect, useState } from "preact/hooks";
import { isBig, type Json } from "../core/schema";
import { useView } from "./context";

/** Where a cell stands: what a `value` call needs. */
export interface CellAddress {
  readonly table: string;
  readonly key: Json;
  readonly column: string;
}

export type Cell = { readonly fetch: () => void; readonly size: number } & (
  | { readonly state: "idle" | "loading" }
  | { readonly state: "loaded"; readonly value: Json }
  | { readonly state: "failed"; readonly why: string }
);

type Fetched =
  | { state: "idle" | "loading" }
  | { state: "loaded"; value: Json }
  | { state: "failed"; why: string };

/** A cell's whole value: as it was pushed, or fetched, at once where `atOnce` says so of its size. */
export function useCell(
  pushed: Json,
  address: CellAddress,
  atOnce: (size: number) => boolean = () => false,
): Cell {
  const { call } = useView();
  const [fetched, setFetched] = useState<Fetched>({ state: "idle" });
  const size = isBig(pushed) ? pushed.$big : 0;
  const fetch = () => {
    setFetched({ state: "loading" });
    call("value", { ...address }).then(
      (value) => setFetched({ state: "loaded", value }),
      (error: Error) => setFetched({ state: "failed", why: error.message }),
    );
  };
  const wanted = size > 0 && atOnce(size);
  useEffect(() => {
    if (wanted) fetch();
  }, [wanted, size]);
  if (!isBig(pushed)) return { state: "loaded", value: pushed, fetch, size };
  return { ...fetched, fetch, size };
}
