import type { Schema } from "./schema";

/** Whether any of its fields is marked as a secret's. */
export function hasSecretField(schema: Schema): boolean {
  return /"(format":"password"|writeOnly":true)/.test(JSON.stringify(schema));
}
