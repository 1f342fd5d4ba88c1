import { ask } from '../own-writes/asking.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Receiver } from '../sends/receivers.ts';
import { send, type Sender, type Sent } from '../sends/send.ts';
import type { Kind } from '../sends/templates.ts';

/** Somebody who opts out and in again, signed in. */
export interface Chooser extends Receiver {
  readonly session: string;
}

/** What one can do without, and what is refused then. */
export interface Wish {
  readonly name: 'email' | 'promotional' | 'sms' | 'push';
  readonly kind: Kind;
  readonly reason: string;
}

export const mailWishes: readonly Wish[] = [
  { name: 'email', kind: 'receipt', reason: 'CHANNEL_OFF' },
  { name: 'promotional', kind: 'advert', reason: 'PROMOTIONAL_OFF' },
];
export const wishes: readonly Wish[] = [
  ...mailWishes,
  { name: 'sms', kind: 'text', reason: 'CHANNEL_OFF' },
  { name: 'push', kind: 'push', reason: 'CHANNEL_OFF' },
];

type Urls = readonly [choose: string, send: string];

export interface Series {
  /** Begins each key of idempotency. */
  readonly name: string;
  readonly urls: Urls;
  readonly sender: Sender;
  readonly choosers: readonly Chooser[];
  readonly wishes: readonly Wish[];
}

export interface RoundsSeen {
  readonly sends: number;
  /** For the very reason that they were not wanted. */
  readonly refused: number;
  /** The sender was told that they go out. */
  readonly promised: number;
}

/** All choosers at once, time after time; each in turn by what it does without, and through which gateway. */
export async function optOutAndSend(
  context: Pick<ProofContext, 'step' | 'signal'>,
  series: Series,
  rounds: number,
): Promise<RoundsSeen> {
  const { choosers, name } = series;
  const seen = { sends: 0, refused: 0, promised: 0 };
  let left = rounds;
  const once = async (chooser: Chooser, position: number, round: number): Promise<void> => {
    if (left === 0) return;
    left -= 1;
    const { wish, urls } = turnOf(series, round + position);
    if (round % 2 === 0) await look(urls[1], chooser);
    await choose(urls[0], chooser, wish, false);
    const key = `${name} ${chooser.username} ${round}`;
    const sent = await send(urls[1], series.sender, { to: chooser, kind: wish.kind, key });
    seen.sends += 1;
    if (isRefused(sent, wish)) seen.refused += 1;
    if (isPromised(sent)) seen.promised += 1;
    await choose(urls[0], chooser, wish, true);
  };
  await inSteps(
    context,
    `${name}: rounds of ${choosers.length}`,
    Math.ceil(rounds / choosers.length),
    async (round) => {
      await Promise.all(choosers.map((chooser, position) => once(chooser, position, round)));
    },
  );
  return seen;
}

/** Each of them out and in again, and then a send at once: how many go out. */
export async function optInAndSend(series: Series): Promise<RoundsSeen> {
  const { choosers, name, sender } = series;
  const each = choosers.map(async (chooser) => {
    const sents: Sent[] = [];
    for (const [turn, { kind, ...wish }] of series.wishes.entries()) {
      const { urls } = turnOf(series, turn * series.wishes.length);
      await choose(urls[1], chooser, wish, false);
      await choose(urls[0], chooser, wish, true);
      sents.push(
        await send(urls[1], sender, { to: chooser, kind, key: `${name} ${chooser.username} ${kind}` }),
      );
    }
    return sents;
  });
  const all = (await Promise.all(each)).flat();
  const promised = all.filter(isPromised).length;
  return { sends: all.length, refused: all.length - promised, promised };
}

function turnOf({ wishes: all, urls }: Series, turn: number): { readonly wish: Wish; readonly urls: Urls } {
  const wish = all[turn % all.length];
  if (wish === undefined) throw new Error('nothing to do without');
  const isTurned = Math.floor(turn / all.length) % 2 === 1;
  return { wish, urls: isTurned ? [urls[1], urls[0]] : urls };
}

const isRefused = ({ notification, userErrors }: Sent, { reason }: Wish): boolean =>
  notification?.status === 'SUPPRESSED' &&
  notification.suppressedBecause === reason &&
  userErrors[0]?.code === 'OPTED_OUT';

const isPromised = ({ notification }: Sent): boolean =>
  notification?.status === 'QUEUED' || notification?.status === 'DEFERRED';

const change = `mutation ($input: UpdatePreferencesInput!) {
  updatePreferences(input: $input) { preferences { email sms push promotional } userErrors { code } }
}`;

/** Resolves when it is acknowledged. */
async function choose(
  url: string,
  { session }: Chooser,
  { name }: Pick<Wish, 'name'>,
  wanted: boolean,
): Promise<void> {
  const { data } = await ask<{
    updatePreferences: { preferences: Readonly<Partial<Record<string, boolean>>> | null };
  }>(url, { document: change, variables: { input: { [name]: wanted } }, session });
  if (data.updatePreferences.preferences?.[name] !== wanted) throw new Error('a choice was not taken');
}

/** Leaves the preferences in the cache of the gateway that sends. */
async function look(url: string, { session }: Chooser): Promise<void> {
  await ask(url, { document: '{ viewer { preferences { email sms push promotional } } }', session });
}
