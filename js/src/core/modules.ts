// The modules of the front end, and how they come to a page: pushed or fetched from a kernel, from the folder of a
// labextension, or with the page itself. A page has each once, however many widgets it shows. They are known by their
// release, a digest of them all: widgets of two versions of the package do not mix.

/** Texts by file, each after those that it imports. */
export type ModuleFiles = Readonly<Record<string, string>>;

/** Asks a kernel for a module, but for the files that the page has; rejects with one clear sentence. */
export type RequestModule = (wanted: {
  name: string;
  have: string[];
}) => Promise<{ readonly files: ModuleFiles }>;

/** Gets a module of the widget's own release; rejects with one clear sentence. */
export type LoadModule = <Exports>(name: string, ask?: RequestModule) => Promise<Exports>;

/** What all widgets of a page share, whatever their release. */
interface Page {
  /** Where each file is, by `release/file`. */
  readonly urls: Map<string, string>;
  /** Who waits for which file, to be called when some came. */
  readonly waiting: Map<() => void, string>;
}

const PAGE = Symbol.for("lg_jupyter.modules");

const place = globalThis as { [PAGE]?: Page };
place[PAGE] ??= { urls: new Map(), waiting: new Map() };
const { urls, waiting } = place[PAGE];

/** Takes files from a kernel. Those whose imports the page lacks are left out: they come again, with their imports. */
export function registerFiles(release: string, files: ModuleFiles, urlOf = blobUrlOf): void {
  for (const [file, text] of Object.entries(files)) {
    let isWhole = true;
    const linked = text.replace(/"\.\/([\w-]+\.js)"/g, (_, name) => {
      const url = urls.get(`${release}/${name}`);
      isWhole &&= url !== undefined;
      return `"${url}"`;
    });
    const key = `${release}/${file}`;
    if (isWhole && !urls.has(key)) urls.set(key, urlOf(linked));
  }
  for (const look of waiting.keys()) look();
}

function blobUrlOf(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

/** Milliseconds for which each of those who wait lets the one before it ask. */
const REQUEST_TURN = 5_000;

/** Gets a module, from whoever brings it first. The kernel is called after `pause` milliseconds. */
export async function loadModule<Exports>(
  release: string,
  name: string,
  ask: RequestModule,
  pause = 0,
): Promise<Exports> {
  const key = `${release}/${name}.js`;
  if (!urls.has(key)) {
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown) => {
        if (!error && !urls.has(key)) return;
        clearTimeout(timer);
        waiting.delete(settle);
        error ? reject(error) : resolve();
      };
      const request = () =>
        ask({ name, have: [...urls.keys()] }).then(({ files }) => registerFiles(release, files), settle);
      const before = [...waiting.values()].filter((each) => each === key).length;
      const timer = setTimeout(request, pause + REQUEST_TURN * Math.min(before, 4));
      waiting.set(settle, key);
    });
  }
  return import(urls.get(key) as string);
}

/** Says that a folder has these files, all of one release: what a labextension brings. What came before stays. */
export function registerFolder(release: string, folder: string, files: readonly string[]): void {
  if ([...urls.keys()].some((key) => key.startsWith(`${release}/`))) return;
  for (const file of files) urls.set(`${release}/${file}`, `${folder}/${file}`);
}

/** Modules that came with the page itself. */
export function bundledLoader(modules: Readonly<Record<string, unknown>>): LoadModule {
  return async (name) => {
    if (!(name in modules)) throw new Error(`This page holds no module ${name} of lg_jupyter.`);
    return modules[name] as never;
  };
}
