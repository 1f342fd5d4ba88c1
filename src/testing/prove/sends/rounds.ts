import type { Random } from '../../../clock/random.ts';
import { untilDayIsLong } from './day.ts';
import type { Receiver } from './receivers.ts';
import { sendAtOnce, type Sender, type Sending } from './send.ts';
import type { Kind } from './templates.ts';

/** Through which gateways, and by whom. */
export interface Scene extends Sender {
  readonly urls: readonly string[];
}

/** What the senders were told of a crowd of sends to one user. */
export interface CrowdSeen {
  readonly to: Receiver;
  /** How many were told that theirs goes out. */
  readonly promised: number;
}

/** What those were told who sent one thing with one idempotency key. */
export interface RepeatsSeen {
  readonly to: Receiver;
  readonly answers: number;
  readonly different: number;
}

/** Of 20 sends; each quota is exceeded several times as soon as there are 60. */
const mix: readonly (readonly [Kind, number])[] = [
  ['text', 4],
  ['advert', 6],
  ['receipt', 6],
  ['pushedAdvert', 2],
  ['push', 2],
];
const mixed: readonly Kind[] = mix.flatMap(([kind, count]) => Array<Kind>(count).fill(kind));

/** How many of `count` sends have no quota: all of those must pass. */
export const unlimitedOf = (count: number): number => mixOf(count).filter((kind) => kind === 'push').length;

const mixOf = (count: number): readonly Kind[] =>
  Array.from({ length: count }, (_, index) => mixed[index % mixed.length] ?? 'receipt');

interface Crowd {
  readonly to: Receiver;
  readonly sends: number;
  /** So many adverts by e-mail are sent and answered first: they alone use up what adverts have. */
  readonly advertsFirst: number;
  /** Mixes them; where there is none, those of a kind are beside each other. */
  readonly random?: Random | undefined;
}

export async function sendCrowd(
  { urls, ...sender }: Scene,
  { to, sends, advertsFirst, random }: Crowd,
): Promise<CrowdSeen> {
  await untilDayIsLong();
  const sendings = (what: string, kinds: readonly Kind[]): readonly Sending[] =>
    kinds.map((kind, index) => ({ to, kind, key: `${to.username} ${what} ${index}` }));
  const first = await sendAtOnce(urls, sender, sendings('first', Array<Kind>(advertsFirst).fill('advert')));
  const all = await sendAtOnce(
    urls,
    sender,
    sendings('all', random === undefined ? mixOf(sends).toSorted() : shuffled(mixOf(sends), random)),
  );
  const promised = [...first, ...all].filter(({ notification }) => notification?.status === 'QUEUED').length;
  return { to, promised };
}

export async function sendRepeats(
  { urls, ...sender }: Scene,
  { to, repeats }: { readonly to: Receiver; readonly repeats: number },
): Promise<RepeatsSeen> {
  const sending: Sending = { to, kind: 'receipt', key: `${to.username} once` };
  const answers = await sendAtOnce(urls, sender, Array<Sending>(repeats).fill(sending));
  const different = new Set(answers.map((answer) => JSON.stringify(answer))).size;
  return { to, answers: answers.length, different };
}

function shuffled<T>(values: readonly T[], random: Random): readonly T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ value }) => value);
}
