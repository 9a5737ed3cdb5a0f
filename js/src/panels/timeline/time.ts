// Time on the axis: what part of a run is on screen, and where its ticks stand. Seconds since the run's start.

/** A stretch of time, in seconds. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const CLOSEST = 0.0005; // seconds: nearer than that nothing can be distinguished
const NICE = [1, 2, 5, 10];

/** Where the axis of a run that goes on ends: in jumps, so that what is over does not move all the time. */
export function roundedEnd(seconds: number): number {
  const unit = niceStep(Math.max(seconds, 0.2) / 6);
  return (Math.floor(seconds / unit) + 1) * unit;
}

/** `span` seen `factor` times as near, with the moment `at` staying where it is. */
export function zoomSpan(span: TimeSpan, factor: number, at: number, whole: TimeSpan): TimeSpan {
  const length = Math.min(whole.to - whole.from, Math.max(CLOSEST, (span.to - span.from) / factor));
  const share = (at - span.from) / (span.to - span.from || 1);
  return clampSpan({ from: at - share * length, to: at + (1 - share) * length }, whole);
}

export function panSpan(span: TimeSpan, by: number, whole: TimeSpan): TimeSpan {
  return clampSpan({ from: span.from + by, to: span.to + by }, whole);
}

/** Moves `span` as little as need be to show `target`. */
export function revealSpan(span: TimeSpan, target: TimeSpan, whole: TimeSpan): TimeSpan {
  const length = span.to - span.from;
  if (target.to - target.from > length)
    return clampSpan({ from: target.from, to: target.from + length }, whole);
  const margin = (length - (target.to - target.from)) * 0.05;
  if (target.from < span.from) return panSpan(span, target.from - span.from - margin, whole);
  if (target.to > span.to) return panSpan(span, target.to - span.to + margin, whole);
  return span;
}

/** Whether `span` shows all there is. */
export function isWholeSpan(span: TimeSpan, whole: TimeSpan): boolean {
  return span.to - span.from >= (whole.to - whole.from) * 0.9999;
}

function clampSpan(span: TimeSpan, whole: TimeSpan): TimeSpan {
  const length = span.to - span.from;
  const from = Math.max(whole.from, Math.min(span.from, whole.to - length));
  return { from, to: from + length };
}

/** Round moments in `span`, about `count` of them. */
export function ticksInSpan(span: TimeSpan, count: number): number[] {
  const step = niceStep((span.to - span.from) / Math.max(1, count));
  const first = Math.ceil(span.from / step - 1e-9);
  const moments: number[] = [];
  for (let nth = first; nth * step <= span.to + step * 1e-9; nth += 1) moments.push(nth * step);
  return moments;
}

/** A moment as it stands at a tick: as many decimals as its neighbours need. */
export function tickLabel(seconds: number, span: TimeSpan): string {
  const length = span.to - span.from;
  if (length < 0.05) return `${(seconds * 1000).toFixed(length < 0.005 ? 1 : 0)}\u00a0ms`;
  if (span.to >= 120) return minutesText(seconds, length);
  return `${seconds.toFixed(length < 0.5 ? 2 : length < 6 ? 1 : 0)}\u00a0s`;
}

function minutesText(seconds: number, length: number): string {
  const rest = seconds % 60;
  const decimals = length < 6 ? 1 : 0;
  return `${Math.floor(seconds / 60)}:${rest.toFixed(decimals).padStart(decimals ? 4 : 2, "0")}`;
}

/** 1, 2 or 5 times a power of ten, at least `atLeast`. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return (NICE.find((digit) => digit * power >= atLeast * 0.999) ?? 10) * power;
}
