// Two saved runs of a page side by side: the view of a run gives way to what it and another one differ in, and below
// that to a new view of each, linked.

import type { JSX } from "preact";
import { DropDown } from "../components/DropDown";
import { Icon } from "../components/Icon";
import { formatDateAndTime } from "../core/format";
import type { RunIdentity, PackedView } from "../core/offline/data";
import { LinkedRuns } from "../state/linked";
import { SAVED_PAIR } from "../texts/saved";
import type { Around } from "../widgets/run/index";
import "./pair.css";

/** A saved run, and what it is. */
export type SavedRun = PackedView & { readonly about: RunIdentity };

/** Each draws into a place, and gives back how to take that away. */
interface Draw {
  readonly run: (place: HTMLElement, run: PackedView, around: Around) => Promise<() => void>;
  readonly differences: (
    place: HTMLElement,
    runs: readonly [SavedRun, SavedRun],
    tools: JSX.Element,
  ) => Promise<() => void>;
}

/** One below the other where there is no room. */
const SIDES = { gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 480px), 1fr))", gap: "8px" };

export class RunPair {
  /** Stands after what the run's own view is drawn into. */
  readonly place = document.createElement("section");
  #remove: (() => void) | null = null;
  #opened = 0;

  /** `others` are the page's other runs as they are when called. */
  constructor(
    private readonly own: HTMLElement,
    private readonly run: SavedRun,
    private readonly others: () => readonly SavedRun[],
    private readonly draw: Draw,
  ) {
    this.place.setAttribute("aria-label", SAVED_PAIR.region);
    Object.assign(this.place.style, SIDES);
    this.#show(false);
  }

  /** What is added to the header of the run, alone or beside another. */
  get tools(): JSX.Element {
    const choose = (other: SavedRun) => void this.open(other);
    return <RunMenu runs={this.others} onChoose={choose} />;
  }

  async open(other: SavedRun): Promise<void> {
    this.close();
    const opened = ++this.#opened;
    const linked = new LinkedRuns();
    const tools = (
      <>
        {this.tools}
        <CloseButton onClose={() => this.#end()} />
      </>
    );
    const differences = this.#addPlace();
    differences.style.gridColumn = "1 / -1";
    let toolsOfRun: JSX.Element | undefined;
    const tell = ({ message }: Error) => {
      differences.textContent = message; // both runs can be read all the same
      toolsOfRun = tools;
      return () => undefined;
    };
    const removals = [await this.draw.differences(differences, [this.run, other], tools).catch(tell)];
    const remove = () => {
      for (const each of removals) each();
    };
    if (opened !== this.#opened) return remove(); // it was closed, or another opened, meanwhile
    const sides = [
      this.draw.run(this.#addPlace(), this.run, { linked, tools: toolsOfRun }),
      this.draw.run(this.#addPlace(), other, { linked }),
    ];
    removals.push(...(await Promise.all(sides)));
    if (opened !== this.#opened) return remove();
    this.#remove = remove;
    this.#show(true);
    this.place.querySelector<HTMLElement>(".lgj-close-pair")?.focus({ preventScroll: true });
  }

  close(): void {
    this.#opened += 1;
    this.#remove?.();
    this.#remove = null;
    this.place.replaceChildren();
    this.#show(false);
  }

  #show(pair: boolean): void {
    this.own.hidden = pair;
    this.place.style.display = pair ? "grid" : "none";
  }

  #addPlace(): HTMLElement {
    const place = document.createElement("div");
    this.place.append(place);
    return place;
  }

  #end(): void {
    this.close();
    this.own.querySelector<HTMLElement>(".lgj-compare-menu button")?.focus();
  }
}

function RunMenu(props: { runs: () => readonly SavedRun[]; onChoose: (run: SavedRun) => void }): JSX.Element {
  return (
    <DropDown
      label={SAVED_PAIR.others}
      shown={SAVED_PAIR.compare}
      title={SAVED_PAIR.compareHint}
      class="lgj-code-menu lgj-compare-menu"
    >
      {() => <RunOptions runs={props.runs()} onChoose={props.onChoose} />}
    </DropDown>
  );
}

function RunOptions({
  runs,
  onChoose,
}: {
  runs: readonly SavedRun[];
  onChoose: (run: SavedRun) => void;
}): JSX.Element {
  const option = (run: SavedRun): JSX.Element => (
    <button key={run.about.key} type="button" class="lgj-option" onClick={() => onChoose(run)}>
      <b>{run.about.name}</b>
      <span class="lgj-clip">{run.about.title}</span>
      <span class="lgj-muted">
        {run.about.started === null ? "" : formatDateAndTime(run.about.started, new Date())}
      </span>
    </button>
  );
  return (
    <div class="lgj-menu">
      {runs.length > 0 ? runs.map(option) : <span class="lgj-muted lgj-option">{SAVED_PAIR.none}</span>}
    </div>
  );
}

function CloseButton({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <button type="button" class="lgj-button lgj-close-pair" title={SAVED_PAIR.closeHint} onClick={onClose}>
      <Icon name="cross" />
      {SAVED_PAIR.close}
    </button>
  );
}
