// The widget on a plain page: a story is played to it as a kernel would, at its own pace.
//
//   ?recording=FILE   a run that `record.py` wrote down beside this page, instead of a story
//   ?story=trip|research|review|gallery|silent|error|cancelled|interrupted|empty|huge|lost   what is told
//   &at=4.5       stop there     &speed=2       faster
//   &theme=dark   light, dark    &panel=state   the tab that is open     &only=state   that panel alone

import { gallery, silent } from "../fixtures/gallery";
import { hostOf } from "../fixtures/host";
import { modelOf, type Playable } from "../fixtures/model";
import { played, trip } from "../fixtures/recorded";
import { review } from "../fixtures/review";
import { Script } from "../fixtures/script";
import { huge, research } from "../fixtures/stories";
import { begin } from "../src/widgets/run/index";

const STORIES: Readonly<Record<string, () => Playable>> = {
  trip: () => trip,
  research: () => research(),
  review,
  gallery,
  silent,
  error: () => research({ ends: "error" }),
  cancelled: () => research({ ends: "cancelled" }),
  interrupted: () => research({ ends: "interrupted" }),
  empty: () => new Script("quiet_graph"),
  huge,
  lost: () => research(),
};

const query = new URLSearchParams(location.search);
const name = query.get("story") ?? "trip";
const theme = query.get("theme");
if (theme) document.documentElement.dataset.theme = theme;

document.querySelector("#stories")?.append(
  ...Object.keys(STORIES).map((story) => {
    const link = document.createElement("a");
    link.href = `?story=${story}${theme ? `&theme=${theme}` : ""}`;
    link.textContent = story;
    return link;
  }),
);

const file = query.get("recording");
const script = file
  ? played(await (await fetch(file)).json())
  : (STORIES[name] ?? (STORIES.research as () => Script))();
const model = modelOf(script);
model.traits._panel = query.get("only");
const { render } = begin(hostOf(model));
const cell = document.querySelector("#cell") as HTMLElement;
render({ model, el: cell });
const tab = query.get("panel");
if (tab) setTimeout(() => cell.querySelector<HTMLElement>(`[role=tab][id$="-${tab}"]`)?.click(), 30);

const until = Number(query.get("at") ?? (name === "lost" ? 1.4 : Number.POSITIVE_INFINITY));
const speed = Number(query.get("speed") ?? 1);
const began = performance.now();
const frames = script.frames.filter((frame) => frame.at <= until);
// What is to be shown at a moment is told at once up to there.
let next = Number.isFinite(until) ? frames.length : 0;
for (const frame of frames.slice(0, next)) model.receive(frame.message);
const play = () => {
  const now = ((performance.now() - began) / 1000) * speed;
  while (next < frames.length && (frames[next]?.at ?? 0) <= now) {
    model.receive(frames[next]?.message);
    next += 1;
  }
  if (next < frames.length) setTimeout(play, 20);
  else if (!Number.isFinite(until)) {
    model.traits._summary = script.summary; // as the kernel does at the end
    model.emit("change:_summary");
  }
};
play();
if (name === "lost") setTimeout(() => model.emit("comm:close"), 1500);
Object.assign(window, { demo: { model, script } });
