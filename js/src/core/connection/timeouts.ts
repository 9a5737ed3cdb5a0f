/** How long to wait, in milliseconds. */
export interface Timeouts {
  /** for the first message, before a snapshot is requested */
  readonly first: number;
  /** for a snapshot, before it is requested again */
  readonly snapshot: number;
  /** for a reply */
  readonly reply: number;
  /** for any message of a running run, before the kernel is asked whether it lives */
  readonly silence: number;
  /** for a reply, after the kernel has dealt with the call */
  readonly grace: number;
}

export const TIMEOUTS: Timeouts = {
  first: 400,
  snapshot: 5_000,
  reply: 20_000,
  silence: 8_000,
  grace: 2_000,
};
