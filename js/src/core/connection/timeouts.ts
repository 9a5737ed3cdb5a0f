// How long to wait, in milliseconds.

/** for the first message, before a snapshot is requested */
export const FIRST_MESSAGE = 400;
/** for a snapshot, before it is requested again */
export const SNAPSHOT = 5_000;
/** for a reply */
export const REPLY = 20_000;
/** for any message of a running run, before the kernel is pinged */
export const SILENCE = 8_000;
/** for a reply, after the kernel has dealt with the call */
export const GRACE = 2_000;
