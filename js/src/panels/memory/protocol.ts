// What the panel asks the kernel for: `lg_jupyter/widgets/queries.py` is its other side.

import type { Json } from "../../core/schema";

/** An item as the store holds it now. Times are ISO 8601. */
export interface StoreItem {
  readonly namespace: readonly string[];
  readonly key: string;
  /** A big one by its size and beginning. */
  readonly value: Json;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

declare module "../../core/connection/methods" {
  interface Methods {
    store_items: { params: { namespace?: readonly string[] }; result: { items: readonly StoreItem[] } };
  }
}
