import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Host } from "../../core/host";
import { isFinal } from "../../core/schema";
import { useObservable } from "../../hooks/observable";
import { useStore } from "../../hooks/store";
import type { FormDrafts, FormState } from "./formDrafts";
import type { FormSummary } from "./protocol";

interface FormView {
  readonly drafts: FormDrafts;
  readonly host: Host;
}

export const FormContext = createContext<FormView | null>(null);

export function useFormView(): FormView & { readonly held: FormState } {
  const form = useContext(FormContext);
  if (!form) throw new Error("a component outside of a form");
  const { drafts } = form;
  return { ...form, held: useObservable(drafts, () => drafts.held) };
}

export function useFormSummary<T>(select: (summary: FormSummary) => T): T {
  return useStore(["summary"], ({ summary }) => select(summary as FormSummary));
}

/** Whether a run goes on. */
export function useIsRunning(): boolean {
  return useFormSummary(({ run }) => run !== null && run !== undefined && !isFinal(run.status));
}
