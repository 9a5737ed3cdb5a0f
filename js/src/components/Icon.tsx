import type { JSX } from "preact";

/** Drawn here, 16 × 16, in the colour of the text around them. */
const PATHS = {
  check: "M3.5 8.5l3 3 6-7",
  cross: "M4 4l8 8M12 4l-8 8",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  stop: "M4.5 4.5h7v7h-7z",
  dots: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  dash: "M4 8h8",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 4.8V8l2.2 1.6",
  warning: "M8 2.4l6 10.8H2zM8 6.4v3.2M8 11.4v.01",
  question:
    "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM6.3 6.5a1.7 1.7 0 1 1 2.6 1.5c-.6.4-.9.7-.9 1.4M8 11.3v.01",
  info: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 7.4v3.4M8 5.2v.01",
  spinner: "M8 2.2a5.8 5.8 0 1 1-5.8 5.8",
  right: "M6 3.8L10.2 8 6 12.2",
  down: "M3.8 6L8 10.2 12.2 6",
  up: "M3.8 10.2L8 6l4.2 4.2",
  copy: "M5.8 5.8h7v7h-7zM10.2 5.8V3.2h-7v7h2.6",
  tool: "M9.9 2.9a3.4 3.4 0 0 0-3.5 4.7L2.6 11.4l2 2 3.8-3.8a3.4 3.4 0 0 0 4.6-3.7l-2 2-2-.6-.6-2z",
  return: "M3.5 3v4.2a2 2 0 0 0 2 2h7M9.6 6.2l2.9 3-2.9 3",
  thought:
    "M8 2.4c3.3 0 5.8 2 5.8 4.6S11.3 11.6 8 11.6c-.5 0-1 0-1.5-.1L3.6 13.4l.6-2.7C3 9.8 2.2 8.5 2.2 7 2.2 4.4 4.7 2.4 8 2.4z",
  search: "M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3",
  arrow: "M3 8h9.5M9 4.5L12.5 8 9 11.5",
  left: "M10.2 3.8L6 8l4.2 4.2",
  target: "M8 3.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6zM8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8z",
  filter: "M2.5 3.5h11L9.4 8.4v4.1l-2.8 1v-5.1z",
  columns: "M2.8 3.2h10.4v9.6H2.8zM8 3.2v9.6",
  image: "M2.8 3.2h10.4v9.6H2.8zM3 11.4l3.2-3.6 2.6 2.8 1.8-1.8 2.6 2.4M10.4 5.8v.01",
  branch: "M5 2.5v11M5 9.5h2.5a3 3 0 0 0 3-3v-3M8.3 5.5l2.2-2.3 2.2 2.3",
  clip: "M11.6 6.2L7 10.8a1.6 1.6 0 0 1-2.3-2.3l5-5a2.7 2.7 0 0 1 3.8 3.8l-5.2 5.2a3.9 3.9 0 0 1-5.5-5.5l4.3-4.3",
  file: "M4 2.4h5.2L12 5.2v8.4H4zM9 2.6v2.8h2.8",
  pin: "M6 2.5h4M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5",
  unplugged:
    "M2.5 13.5l3-3M5.2 6.2l4.6 4.6-1.2 1.2a3 3 0 0 1-4.3 0 3 3 0 0 1 0-4.5zM10.5 5.5l3-3M8 4.8l1-1a2.8 2.8 0 0 1 4 0 2.8 2.8 0 0 1 0 4l-1 1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, class: extra }: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg class={`lgj-icon ${extra ?? ""}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
