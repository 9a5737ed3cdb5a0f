// The widgets that the kernel says are drawn inside this one.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type HostedModel, HostedModels } from "../core/connection/hosted";
import type { Call } from "../core/connection/methods";
import type { Begin, Host, Widget } from "../core/host";
import type { LoadModule } from "../core/modules";
import type { Json } from "../core/schema";

declare module "../core/connection/methods" {
  interface Methods {
    /** What is synced of a widget that is drawn inside this one. */
    hosted: { params: { id: string }; result: Json };
  }
}

/** How they are reached, and drawn. */
export interface HostedWidgets {
  /** The model of one; rejects if the kernel has none. */
  readonly model: (id: string) => Promise<HostedModel>;
  /** Draws one into an element; gives back how to take it away. */
  readonly draw: (id: string, el: HTMLElement, onProblem: (text: string) => void) => () => void;
}

export const HostedContext = createContext<HostedWidgets | null>(null);

export function useHostedWidgets(): HostedWidgets {
  const hosted = useContext(HostedContext);
  if (!hosted) throw new Error("a component outside of a widget that draws others");
  return hosted;
}

interface HeldWidget {
  readonly widget: Promise<Widget>;
  places: number;
}

/** Each is begun once, in how many places it may be drawn. */
export function makeHostedWidgets(
  host: Host,
  call: Call,
  load: LoadModule,
): HostedWidgets & { readonly close: () => void } {
  const models = new HostedModels(host.model, host.early, (id) => call("hosted", { id }));
  const held = new Map<string, HeldWidget>();
  const begin = async (id: string): Promise<Widget> => {
    const model = await models.getModel(id);
    const [release, name] = String(model.get("_module")).split("/") as [string, string];
    const module = await load<{ begin: Begin }>(name);
    return module.begin({ model, release, load: host.load, early: model.early.splice(0) });
  };
  const leave = (id: string, each: HeldWidget) => {
    each.places -= 1;
    if (each.places > 0) return;
    held.delete(id);
    each.widget.then(
      (widget) => widget.close(),
      () => undefined,
    );
  };
  return {
    model: (id) => models.getModel(id),
    draw(id, el, onProblem) {
      const each = held.get(id) ?? { widget: begin(id), places: 0 };
      held.set(id, each);
      each.places += 1;
      let undraw: (() => void) | null = () => undefined;
      each.widget.then(
        async (widget) => {
          if (undraw) undraw = widget.render({ model: await models.getModel(id), el });
        },
        (error: Error) => onProblem(error.message),
      );
      return () => {
        undraw?.();
        undraw = null;
        leave(id, each);
      };
    },
    close: () => models.close(),
  };
}
