import { useEffect, useState } from "preact/hooks";
import { bigSize } from "../core/format";
import { isBigCell, type Json } from "../core/schema";
import { useView } from "./context";

/** Where a cell stands: what a `value` call needs. */
export interface CellAddress {
  readonly table: string;
  readonly key: Json;
  readonly column: string;
}

export type FetchedCell = { readonly fetch: () => void; readonly size: string } & (
  | { readonly state: "idle" | "loading" }
  | { readonly state: "loaded"; readonly value: Json }
  | { readonly state: "failed"; readonly why: string }
);

type FetchState =
  | { state: "idle" | "loading" }
  | { state: "loaded"; value: Json }
  | { state: "failed"; why: string };

/**
 * A cell's whole value: as it was pushed, or fetched, at once where `atOnce` says so of its size. What was fetched at
 * once has `most` characters of JSON; of more only the size is known then.
 */
export function useCell(
  pushed: Json,
  address: CellAddress,
  atOnce: (size: number) => boolean = () => false,
  most?: number,
): FetchedCell {
  const { call } = useView();
  const [fetched, setFetched] = useState<FetchState>({ state: "idle" });
  const [known, setKnown] = useState(0);
  const size = isBigCell(pushed) ? Math.max(pushed.$big, known) : 0;
  const fetch = (limit?: number) => {
    setFetched({ state: "loading" });
    call("value", limit === undefined ? { ...address } : { ...address, limit }).then(
      (value) => {
        if (limit === undefined || !isBigCell(value)) return setFetched({ state: "loaded", value });
        setKnown(value.$big);
        setFetched({ state: "idle" });
      },
      (error: Error) => setFetched({ state: "failed", why: error.message }),
    );
  };
  const wanted = size > 0 && atOnce(size);
  useEffect(() => {
    if (wanted) fetch(most);
  }, [wanted, isBigCell(pushed) ? pushed.$big : 0]);
  const fetchAll = () => fetch();
  if (!isBigCell(pushed)) return { state: "loaded", value: pushed, fetch: fetchAll, size: "" };
  return { ...fetched, fetch: fetchAll, size: bigSize(size, pushed.preview) };
}
