import { h } from './dom.ts';
import type { Fault } from './faults.ts';
import type { Budget } from './gateway.ts';

/** The line at the top that tells how it goes: what is waited for, what has failed, what may still be asked. */
export function createNotices() {
  const told = h('p', { className: 'notice', role: 'status' });
  const meter = h('meter', { min: 0, 'aria-label': 'Points left in this minute' });
  const points = h('span', { className: 'points' });
  const budget = h('div', { className: 'budget', hidden: true }, meter, points);
  let counting: ReturnType<typeof setInterval> | undefined;

  function tell(text: string): void {
    clearInterval(counting);
    told.textContent = text;
  }

  return {
    told,
    budget,
    tell,

    /** Counts down until it is asked again. */
    waiting: ({ code, message }: Fault, ms: number): void => {
      const why = reasons[code] ?? message;
      let seconds = Math.ceil(ms / 1_000);
      const say = () => (told.textContent = `${why} Trying again in ${seconds} s.`);
      tell('');
      say();
      counting = setInterval(() => {
        seconds -= 1;
        if (seconds > 0) say();
        else tell('');
      }, 1_000);
    },

    failed: ({ message, requestId }: Fault): void => {
      tell(requestId === undefined ? message : `${message} (request ${requestId})`);
    },

    spent: ({ limit, remaining, resetAt }: Budget): void => {
      budget.hidden = false;
      Object.assign(meter, { max: limit, low: limit / 4, optimum: limit, value: remaining });
      points.textContent = `${remaining} of ${limit} points until ${new Date(resetAt).toLocaleTimeString('en-GB')}`;
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;

const reasons: Readonly<Record<string, string>> = {
  RATE_LIMITED: 'You have asked for as much as one may in a minute.',
  SHUTTING_DOWN: 'The gateway is being restarted.',
  UPSTREAM_UNAVAILABLE: 'A part of the service is away.',
  TIMEOUT: 'This takes too long.',
  NO_ANSWER: 'The gateway cannot be reached.',
};
