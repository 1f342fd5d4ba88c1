import { systemClock, type Clock } from '../../clock/clock.ts';
import type { Counter, Epochs } from '../epochs.ts';

/** Stands for the counters in Postgres; each gateway has a view of its own, which is as old as its last sample. */
export interface EpochTable {
  raise(counter: Counter): void;
  value(counter: Counter): number;
  /** Has seen the present numbers. */
  view(clock?: Clock): EpochView;
}

export interface EpochView extends Epochs {
  sample(): void;
  /** Which Redis was noted, in order. */
  readonly noted: readonly string[];
  /** From now on `noteRedis` and `raise` reject, or no longer. */
  setReachable(isReachable: boolean): void;
}

export function createEpochTable(licenceMs = 1_000): EpochTable {
  const values = { generation: 1, strict: 1 };

  function raise(counter: Counter): void {
    values[counter] += 1;
    if (counter === 'generation') values.strict += 1;
  }

  function view(clock: Clock = systemClock): EpochView {
    let seen = { ...values };
    let before: typeof seen | undefined;
    let sampledAt = clock.monotonic();
    let changedAt = sampledAt;
    let reachable = true;
    const noted: string[] = [];
    const isLicensed = () => clock.monotonic() - sampledAt <= licenceMs;

    function sample(): void {
      sampledAt = clock.monotonic();
      if (seen.generation === values.generation && seen.strict === values.strict) return;
      before = seen;
      seen = { ...values };
      changedAt = sampledAt;
    }

    function ifReachable(act: () => void): Promise<void> {
      if (!reachable) return Promise.reject(new Error('no primary'));
      act();
      return Promise.resolve();
    }
    return {
      licenceMs,
      read: (counter) => (counter === 'strict' && !isLicensed() ? undefined : seen[counter]),
      inUse(counter) {
        const isChanging = before !== undefined && clock.monotonic() - changedAt <= licenceMs;
        return [...new Set([seen[counter], ...(isChanging ? [before?.[counter] ?? seen[counter]] : [])])];
      },
      raise: (counter, _reason, from = values[counter]) =>
        ifReachable(() => {
          if (values[counter] === from) raise(counter);
          sample();
        }),
      noteRedis: (identity) => ifReachable(() => void noted.push(identity)),
      sample,
      noted,
      setReachable: (isReachable) => (reachable = isReachable),
    };
  }

  return { raise, value: (counter) => values[counter], view };
}
