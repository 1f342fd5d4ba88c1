import type { Deadline } from '../../clock/deadline.ts';

/** Where a short address leads. */
export interface Target {
  /** Names the address to a CDN. */
  readonly code: string;
  /** As `URL` writes it: absolute, http or https, in ASCII. */
  readonly url: string;
  /** From then on it leads nowhere. */
  readonly expiresAt: Date | null;
}

/** Short addresses, whosever they are. */
export interface Redirects<Found extends Target = Target> {
  /** What this process holds of it, without waiting; undefined where it has to be looked for, or is known not to be there. */
  readonly peek: (code: string) => Found | undefined;
  /** Undefined where there is none. Rejects as any read does: `UPSTREAM_UNAVAILABLE`, `TIMEOUT`. */
  readonly find: (code: string, deadline: Deadline) => Promise<Found | undefined>;
  /** Somebody was sent there. Must not throw. */
  readonly visited: (target: Found) => void;
}

/** The path of the route, and its name in the metrics. */
export const redirectRoute = '/:code';
