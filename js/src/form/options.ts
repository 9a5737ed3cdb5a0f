// Values of which one is chosen, in a reader's words. Pure.

import { previewValue } from "../core/format";
import type { Json } from "../core/schema";
import { FIELD } from "../texts/form";

const MOST = 5;
const LONGEST = 18; // characters of one
const WIDEST = 54; // characters of all

export function optionLabel(option: Json): string {
  if (typeof option === "boolean") return option ? FIELD.yes : FIELD.no;
  if (option === null) return FIELD.none;
  return typeof option === "object" ? previewValue(option) : String(option);
}

/** Whether they are so few and so short that each is a button. */
export function canBeButtons(labels: readonly string[]): boolean {
  const fits = (label: string) => label !== "" && label.length <= LONGEST;
  return labels.length <= MOST && labels.every(fits) && labels.join("").length <= WIDEST;
}
