// The frame: header, what to know, the filter, one or two panels behind tabs, and an edge to pull. Its height
// is fixed from the first moment, so that a run never moves the page; it grows only while somebody has to answer.

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { FilterBar } from "../../components/FilterBar";
import type * as helping from "../../components/Help";
import { HiddenRecord } from "../../components/HiddenRecord";
import { Icon } from "../../components/Icon";
import { Notices } from "../../components/Notices";
import { Problem } from "../../components/Problem";
import { ResizeHandle } from "../../components/ResizeHandle";
import { SelectionChip } from "../../components/SelectionChip";
import { useTextSearch } from "../../components/useTextSearch";
import { readSetting, writeSetting } from "../../core/settings";
import { isRunUnknown } from "../../core/store";
import { useView } from "../../hooks/context";
import { useHeight } from "../../hooks/height";
import { useElementId } from "../../hooks/ids";
import { useModule } from "../../hooks/module";
import { useFilter } from "../../hooks/narrowing";
import { useKernelSearch } from "../../hooks/search";
import { hasModifier, isTextField, useKeysKeptFromNotebook } from "../../hooks/shortcuts";
import { useRunName, useStore } from "../../hooks/store";
import { isFiltering } from "../../state/filter";
import { LazyResumeAction } from "../../steer/LazyResume";
import { FILTER, FRAME } from "../../texts/frame";
import { RunHeader } from "./RunHeader";
import { PanelPanes } from "./PanelPanes";
import { FailedCall } from "./FailedCall";
import { useGrowableHeight } from "./growableHeight";
import "./app.css";

const HEIGHT = { usual: 440, min: 200, max: 1600 };

export function RunApp({ only }: { only: string | null }): JSX.Element {
  const scope = useElementId("lgj");
  const root = useRef<HTMLElement>(null);
  const [height, resize] = useGrowableHeight(root, useHeight("height", HEIGHT));
  const name = useRunName();
  useKeysKeptFromNotebook(root);
  const lost = useStore(["summary", "link"], isRunUnknown);
  const { selection, options } = useView();
  const header = options.header !== false;
  const bar = useFilterBar();
  useKernelSearch();
  const finding = useTextSearch(root);
  const [help, setHelp] = useState(false);
  const search = useFocusSearch(root);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || hasModifier(event)) return;
    if (event.key === "Escape" && !isTyping(event.target)) selection.set(null);
    else if (event.key === "?" && !isTextField(event.target)) setHelp(true);
    else if (event.key === "/" && !isTextField(event.target)) {
      event.preventDefault();
      bar.show(true);
      search();
    }
  };
  return (
    <section
      class={lost ? "lgj-root lgj-lost" : "lgj-root"}
      aria-label={FRAME.region(name, only ?? "")}
      style={{ height: `${height}px` }}
      ref={root}
      tabIndex={-1} // so that a click anywhere in it brings its keys here
      onKeyDown={onKeyDown}
    >
      <HiddenRecord />
      {header ? <RunHeader /> : null}
      <Notices
        only={header ? undefined : "link"}
        action={
          only === null ? (
            <>
              <FailedCall />
              <LazyResumeAction />
            </>
          ) : null
        }
      />
      {bar.shown ? <FilterBar id={`${scope}-filter`} finding={finding} /> : null}
      <PanelPanes
        scope={scope}
        only={only}
        tools={
          <>
            <FilterToggle bar={bar} controls={`${scope}-filter`} />
            <HelpToggle open={help} onToggle={() => setHelp(!help)} />
          </>
        }
      />
      {help ? <LazyHelp onClose={() => setHelp(false)} /> : null}
      <SelectionChip />
      <ResizeHandle height={height} onHeight={resize} min={HEIGHT.min} max={HEIGHT.max} />
    </section>
  );
}

/** Brings the keys to the search field as soon as it is there: before the next key, none of which is lost. */
function useFocusSearch(root: { readonly current: HTMLElement | null }): () => void {
  const [searches, count] = useState(0);
  useLayoutEffect(() => {
    if (searches > 0) root.current?.querySelector<HTMLElement>(".lgj-search input")?.focus();
  }, [searches]);
  return () => count(searches + 1);
}

/** Escape in a field with a text in it is for the text. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox" && target.value !== "";
}

interface FilterBarState {
  readonly shown: boolean;
  readonly filtering: boolean;
  readonly show: (shown: boolean) => void;
}

/** The filter stays in sight while it narrows, unless the reader puts it away. */
function useFilterBar(): FilterBarState {
  const [filter] = useFilter();
  const [chosen, choose] = useState<boolean | null>(() =>
    readSetting("filter", 0, 0, 1) === 1 ? true : null,
  );
  const filtering = isFiltering(filter);
  const show = (shown: boolean) => {
    choose(shown);
    writeSetting("filter", shown ? 1 : 0);
  };
  return { shown: chosen ?? filtering, filtering, show };
}

function FilterToggle({ bar, controls }: { bar: FilterBarState; controls: string }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-tool ${bar.filtering ? "lgj-tool-on" : ""}`}
      aria-expanded={bar.shown}
      aria-controls={controls}
      title={FILTER.hint}
      onClick={() => bar.show(!bar.shown)}
    >
      <Icon name="filter" />
      {bar.filtering ? FILTER.filtering : FILTER.button}
    </button>
  );
}

/** The help, once its module is here. */
function LazyHelp({ onClose }: { onClose: () => void }): JSX.Element | null {
  const { module, problem } = useModule<typeof helping>("help");
  if (module) return <module.Help onClose={onClose} />;
  return problem === null ? null : <Problem text={problem} />;
}

function HelpToggle({ open, onToggle }: { open: boolean; onToggle: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class={`lgj-tool ${open ? "lgj-tool-on" : ""}`}
      aria-label={FRAME.help.button}
      title={FRAME.help.button}
      aria-expanded={open}
      onClick={onToggle}
    >
      <Icon name="question" />
    </button>
  );
}
