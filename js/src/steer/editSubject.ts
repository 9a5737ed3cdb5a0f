// What can be edited where it is shown. Pure.

/** What is edited: a message of the state by its id, or what a step of the root graph left in a key. */
export type EditSubject =
  | { readonly kind: "message"; readonly id: string }
  | { readonly kind: "value"; readonly step: number; readonly key: string };

/** Under which name its draft is kept. */
export function draftNameOf(subject: EditSubject): string {
  return subject.kind === "message" ? `message ${subject.id}` : `value ${subject.step} ${subject.key}`;
}
