// What comes first, above the others or beside them, and panels in rows: each is a widget that is drawn inside this one.

import type { JSX } from "preact";
import { HiddenRecord } from "../../components/HiddenRecord";
import { HostedView } from "../../components/HostedView";
import type { Summary } from "../../core/schema";
import { useRunName, useStore } from "../../hooks/store";
import { DASHBOARD } from "../../texts/dashboard";
import "./app.css";

/** Which views stand where. */
interface Arrangement extends Summary {
  readonly lead: string | null;
  readonly beside: boolean;
  readonly rows: readonly (readonly string[])[];
}

export function DashboardApp(): JSX.Element {
  const { lead, beside, rows } = useStore(["summary"], ({ summary }) => summary as Arrangement);
  const name = useRunName();
  return (
    <section class="lgj-dashboard" aria-label={DASHBOARD.region(name)}>
      <HiddenRecord />
      <div class={`lgj-dashboard-grid ${beside ? "lgj-beside" : ""}`}>
        {lead ? <HostedView key={lead} id={lead} /> : null}
        <div class="lgj-dashboard-rows">
          {rows.flat().length > 0 ? (
            rows.map((row) => (
              <div key={row.join(" ")} class="lgj-dashboard-row">
                {row.map((id) => (
                  <HostedView key={id} id={id} />
                ))}
              </div>
            ))
          ) : (
            <p class="lgj-root lgj-dashboard-none" role="status">
              {DASHBOARD.none}
            </p>
          )}
        </div>
      </div>
    </section>
  );
}
