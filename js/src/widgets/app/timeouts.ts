/** In milliseconds, for calls of a server. */
export const SERVER_TIMEOUT = 60_000;
