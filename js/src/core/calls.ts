// What a call of a model is called.

import type { ModelCallRow } from "./schema";

export function modelOf({ response_model, model, provider }: ModelCallRow): string {
  return model ?? response_model ?? provider ?? "–";
}
