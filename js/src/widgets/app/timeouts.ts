/** In milliseconds, for what a server is asked. */
export const SLOW = 60_000;
