// Checkpoints and their parents as lanes, as `git log --graph` draws commits, the oldest first. Pure.

export interface LanePoint {
  readonly id: string;
  readonly parent: string | null;
}

/** What is drawn beside one checkpoint. */
export interface Lanes {
  readonly lane: number;
  /** Lanes that pass by. */
  readonly through: readonly number[];
  /** The lane goes on to the next one below. */
  readonly down: boolean;
  /** It comes from above on its own lane. */
  readonly up: boolean;
  /** Lanes that begin here: of branches further down. */
  readonly out: readonly number[];
}

/** A line of descent: each the first child of the one before. */
interface DescentLine {
  readonly members: number[];
  /** The index of the one that it branches off from; itself where it has none. */
  readonly from: number;
  lane: number;
}

/** The lanes of points that stand in order of time, parents before their children. */
export function lanesOf(points: readonly LanePoint[]): Lanes[] {
  const lines = linesOf(points);
  assignLanes(lines);
  const drawn = points.map(() => ({
    lane: 0,
    through: [] as number[],
    down: false,
    up: false,
    out: [] as number[],
  }));
  for (const { members, from, lane } of lines) {
    const [first, last] = [members[0] as number, members.at(-1) as number];
    const own = new Set(members);
    if (from !== first) drawn[from]?.out.push(lane);
    for (let at = from + (from === first ? 0 : 1); at <= last; at += 1) {
      const row = drawn[at] as (typeof drawn)[number];
      if (own.has(at)) Object.assign(row, { lane, up: at !== first || from !== first, down: at !== last });
      else row.through.push(lane);
    }
  }
  return drawn;
}

function linesOf(points: readonly LanePoint[]): DescentLine[] {
  const index = new Map(points.map(({ id }, nth) => [id, nth]));
  const lineOf = new Map<number, DescentLine>();
  const lines: DescentLine[] = [];
  points.forEach(({ parent }, nth) => {
    const above = parent === null ? undefined : index.get(parent);
    const line = above === undefined || above >= nth ? undefined : lineOf.get(above);
    if (line && line.members.at(-1) === above) {
      line.members.push(nth);
      lineOf.set(nth, line);
      return;
    }
    const made = { members: [nth], from: line ? (above as number) : nth, lane: 0 };
    lines.push(made);
    lineOf.set(nth, made);
  });
  return lines;
}

/** Gives each line the first lane that is free for its whole length. */
function assignLanes(lines: readonly DescentLine[]): void {
  const taken: [from: number, to: number][][] = [];
  for (const line of lines) {
    const [from, to] = [line.from, line.members.at(-1) as number];
    let lane = 0;
    while ((taken[lane] ?? []).some(([first, last]) => from <= last && first <= to)) lane += 1;
    line.lane = lane;
    taken[lane] = [...(taken[lane] ?? []), [from, to]];
  }
}
