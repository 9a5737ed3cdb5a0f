import { createContext } from "preact";
import type { Draft, Field, FieldOf, Schema } from "./schema";
import type { FieldProblem } from "./validate";

/** What all fields of a form know of it. */
export interface FormState {
  /** Of all forms on the page this one's: their fields' ids must not meet. */
  readonly scope: string;
  readonly root: Schema;
  readonly errors: readonly FieldProblem[];
  readonly disabled: boolean;
}

export const FormContext = createContext<FormState>({ scope: "", root: {}, errors: [], disabled: false });

/** A field, and where in the form it is. */
export interface FieldAt<Kind extends Field["kind"] = Field["kind"]> {
  readonly field: FieldOf<Kind>;
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
  readonly path: string;
  readonly depth: number;
}

export interface ControlProps extends FieldAt {
  readonly id: string;
  readonly required: boolean;
}
