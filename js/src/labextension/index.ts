// The labextension, as JupyterLab loads a prebuilt one: it draws what a notebook keeps beside the record of a run. It
// is one small file; what draws lies in a folder beside it, named after its release.

import type * as Offline from "../offline";
import { SavedOutput, type Renderer } from "./savedOutput";

/** The folder of the front end's files, which the build names. */
declare const RELEASE: string;

const NAME = "lg-jupyter";
const MIME = "application/vnd.lg-jupyter.run+json";
const RANK = 0; // before the record's HTML

type Factory = () => { readonly Widget: new () => Renderer };
type Scope = Readonly<Record<string, Readonly<Record<string, { readonly get: () => Promise<Factory> }>>>>;

const script = (document.currentScript as HTMLScriptElement).src;
const load = <Exports>(name: string): Promise<Exports> =>
  import(new URL(`${RELEASE}/${name}.js`, script).href) as Promise<Exports>;

let Widget: new () => Renderer;

/** A Lumino widget that shows what was kept. */
function rendererOf(sanitizer: { sanitize: (html: string) => string }): Renderer {
  const origin = { release: RELEASE, load };
  return new (class extends Widget {
    readonly #drawn = new SavedOutput(
      this.node,
      async (place, kept, others) =>
        (await load<typeof Offline>("offline")).show(place, kept, origin, { hidesRecord: false, others }),
      (html) => sanitizer.sanitize(html),
    );

    renderModel({ data }: { data: Readonly<Record<string, unknown>> }): Promise<void> {
      this.#drawn.setContent(
        data[MIME] as Offline.SavedViews,
        String(data["text/html"] ?? data["text/plain"] ?? ""),
      );
      return Promise.resolve();
    }

    override onAfterAttach(message: unknown): void {
      super.onAfterAttach(message);
      this.#drawn.attach();
    }

    override dispose(): void {
      this.#drawn.close();
      super.dispose();
    }
  })();
}

const extension = {
  id: `${NAME}:mime`,
  rank: RANK,
  dataType: "json",
  rendererFactory: {
    safe: true, // the data draw as text, and run nothing: also where a notebook is not trusted
    mimeTypes: [MIME],
    createRenderer: ({ sanitizer }: { sanitizer: { sanitize: (html: string) => string } }) =>
      rendererOf(sanitizer),
  },
};

const container = {
  async init(scope: Scope): Promise<void> {
    const [widgets] = Object.values(scope["@lumino/widgets"] ?? {});
    if (!widgets)
      throw new Error("This JupyterLab shares no @lumino/widgets: lg_jupyter needs JupyterLab 4.");
    Widget = (await widgets.get())().Widget;
  },
  get: async () => () => ({ __esModule: true, default: extension }),
};

const page = window as unknown as { _JUPYTERLAB?: Record<string, unknown> };
page._JUPYTERLAB ??= {};
page._JUPYTERLAB[NAME] = container;
