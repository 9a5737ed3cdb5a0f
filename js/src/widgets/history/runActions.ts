// What the table has the kernel do.

import { useState } from "preact/hooks";
import { useView } from "../../hooks/context";

interface Params {
  readonly ids: readonly string[];
  readonly pinned?: boolean;
}

/** Asks the kernel to do something with runs. */
export type RunAction = (method: "show" | "pin" | "delete", params: Params) => void;

/** `failed` is what the kernel said when it last could not. */
export function useRunActions(): { act: RunAction; failed: string | null } {
  const { call } = useView();
  const [failed, setFailed] = useState<string | null>(null);
  const act: RunAction = (method, { ids, pinned }) => {
    const reply: Promise<unknown> =
      method === "pin" ? call(method, { ids, pinned: pinned ?? true }) : call(method, { ids });
    reply.then(
      () => setFailed(null),
      (error: Error) => setFailed(error.message),
    );
  };
  return { act, failed };
}
