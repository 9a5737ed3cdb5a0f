// The form: what runs and where, the input as fields, as JSON, or as a chat; Run and Stop; the line of Python.
// The panels of the newest run stand under it, as a widget that is drawn inside this one.

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { HiddenRecord } from "../../components/HiddenRecord";
import { HostedView } from "../../components/HostedView";
import { Icon } from "../../components/Icon";
import { Notices } from "../../components/Notices";
import { useView } from "../../hooks/context";
import { useKeysKeptFromNotebook } from "../../hooks/shortcuts";
import { APP } from "../../texts/app";
import { AppBar } from "./AppBar";
import { FormBody } from "./FormBody";
import { SERVER_TIMEOUT } from "./timeouts";
import { useFormView, useFormSummary } from "./useForm";
import "./app.css";

export function FormApp(): JSX.Element {
  const { call, store } = useView();
  const { drafts, held } = useFormView();
  const root = useRef<HTMLElement>(null);
  const { description, problem } = held;
  useKeysKeptFromNotebook(root);
  const describe = (assistant: string | null) =>
    call("describe", { assistant }, SERVER_TIMEOUT).then(
      (description) => {
        if (drafts.held.assistant === assistant) drafts.describe(description); // else another was picked meanwhile
      },
      (error: Error) => {
        if (drafts.held.assistant === assistant) drafts.set({ problem: error.message });
      },
    );
  useEffect(() => {
    if (!drafts.held.description) describe(null);
  }, []);
  const pick = (assistant: string) => {
    drafts.pick(assistant);
    describe(assistant);
  };
  const view = useFormSummary(({ run, panels }) => (panels ? (run?.model ?? null) : null));
  return (
    <>
      <section
        class="lgj-root lgj-app"
        aria-label={APP.region(store.summary.target)}
        ref={root}
        tabIndex={-1} // so that a click anywhere in it brings its keys here
      >
        <HiddenRecord />
        <AppBar description={description} onAssistant={pick} />
        <Notices />
        {problem ? (
          <p class="lgj-notice lgj-tone-bad" role="alert">
            <Icon name="cross" />
            <span>{problem}</span>
            <button type="button" class="lgj-button" onClick={() => describe(held.assistant)}>
              {APP.again}
            </button>
          </p>
        ) : null}
        {description ? (
          <FormBody description={description} />
        ) : problem ? null : (
          <p class="lgj-app-wait">{APP.loading}</p>
        )}
      </section>
      {view === null ? null : <HostedView key={view} id={view} />}
    </>
  );
}
