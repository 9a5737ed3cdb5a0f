// What the state of each widget holds as its script: gets the widget's module, and hands over to it.

import type { Model } from "../core/connection/model";
import type { Begin, Widget } from "../core/host";
import { type RequestModule, type ModuleFiles, loadModule, registerFiles } from "../core/modules";

interface Message {
  readonly type: string;
  readonly id: string;
  readonly release: string;
  readonly files: ModuleFiles;
  readonly result: { readonly files: ModuleFiles };
  readonly error?: string;
}

/** Milliseconds in which a kernel pushes what goes with a new view; then it is called. */
const PUSHED = 400;
/** Milliseconds until a reader sees what is waited for. */
const SILENT = 3_000;

export default function loader() {
  let started: Promise<Widget>;
  return {
    initialize({ model }: { model: Model }): () => void {
      const [release, name] = (model.get("_module") as string).split("/") as [string, string];
      const calls: Record<string, (reply: Message) => void> = {};
      const early: Message[] = [];
      let begun = false;
      const hear = (message: Message) => {
        if (message.type === "modules") registerFiles(message.release, message.files);
        else if (!begun) early.push(message);
        calls[message.id]?.(message);
      };
      const ask: RequestModule = (params) =>
        new Promise((resolve, reject) => {
          const id = Math.random().toString(36);
          calls[id] = ({ result, error }) => (error ? reject(error) : resolve(result));
          model.send({ type: "call", id, method: "module", params });
        });
      model.on("msg:custom", hear);
      started = loadModule<{ begin: Begin }>(release, name, ask, PUSHED).then(({ begin }) => {
        begun = true;
        return begin({ model, release, early, load: (each, own = ask) => loadModule(release, each, own) });
      });
      return () => {
        model.off("msg:custom", hear);
        started.then((widget) => widget.close());
      };
    },

    render({ model, el }: { model: Model; el: HTMLElement }): () => void {
      let remove: (() => void) | null = () => clearTimeout(timer);
      const say = (text: unknown) => {
        const { target, status } = model.get("_summary") as Record<string, string>;
        el.classList.add("lgj-waits");
        el.textContent = `${target} · ${status}. ${text}`;
      };
      const timer = setTimeout(
        say,
        SILENT,
        "The view waits for its kernel: it is busy until its cell ends, or gone.",
      );
      started
        .then((widget) => {
          if (!remove) return;
          el.textContent = "";
          el.classList.remove("lgj-waits");
          remove();
          remove = widget.render({ model, el });
        })
        .catch(say);
      return () => {
        remove?.();
        remove = null;
      };
    },
  };
}
