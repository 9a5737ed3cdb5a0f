// How long to wait, in milliseconds.

/** for the first message, before a snapshot is requested */
export const FIRST_MESSAGE_TIMEOUT = 400;
/** for a snapshot, before it is requested again */
export const SNAPSHOT_TIMEOUT = 5_000;
/** for a reply */
export const REPLY_TIMEOUT = 20_000;
/** for any message of a running run, before the kernel is pinged */
export const SILENCE_TIMEOUT = 8_000;
/** for a reply, after the kernel has dealt with the call */
export const REPLY_AFTER_IDLE_TIMEOUT = 2_000;
