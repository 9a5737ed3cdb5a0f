import { lazy } from "../lazy";

export const events = lazy({
  id: "events",
  title: "Events",
  noun: "event",
  topics: ["counts"],
  count: ({ counts }) => counts.events ?? 0,
});
