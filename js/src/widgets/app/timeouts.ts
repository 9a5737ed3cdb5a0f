/** In milliseconds, for calls of a server. */
export const SLOW = 60_000;
