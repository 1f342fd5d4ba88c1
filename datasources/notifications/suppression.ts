import { about, type Refusal } from '../../src/errors/refusal.ts';
import type { Preferences, Receiver } from './preferences.ts';
import type { Category, Channel } from './templates.ts';

export const suppressions = ['CHANNEL_OFF', 'PROMOTIONAL_OFF', 'QUOTA_USED_UP', 'NO_ADDRESS'] as const;
export type Suppression = (typeof suppressions)[number];

/** What a notification is, as far as somebody may not want it. */
export interface Kind {
  readonly channel: Channel;
  readonly category: Category;
}

/** Why the user does not want such a notification; undefined where they do. */
export function whyUnwanted(preferences: Preferences, { channel, category }: Kind): Suppression | undefined {
  if (channelsOff(preferences).includes(channel)) return 'CHANNEL_OFF';
  return category === 'PROMOTIONAL' && !preferences.promotional ? 'PROMOTIONAL_OFF' : undefined;
}

export function channelsOff({ email, sms, push }: Preferences): readonly Channel[] {
  const off: readonly (readonly [Channel, boolean])[] = [
    ['EMAIL', !email],
    ['SMS', !sms],
    ['PUSH', !push],
  ];
  return off.filter(([, isOff]) => isOff).map(([channel]) => channel);
}

/** Push messages go to the user; there is no address that could be missing. */
export function hasAddress({ emailAddress, phone }: Receiver, channel: Channel): boolean {
  switch (channel) {
    case 'EMAIL':
      return emailAddress !== null;
    case 'SMS':
      return phone !== null;
    case 'PUSH':
      return true;
  }
}

export type SuppressionRefusal = 'OPTED_OUT' | 'QUOTA_USED_UP' | 'NO_ADDRESS';

/** What the sender hears of it. */
export function refusalOf(reason: Suppression): Refusal<SuppressionRefusal> {
  switch (reason) {
    case 'CHANNEL_OFF':
      return about('userId', 'OPTED_OUT', 'The receiver does not want anything on this channel.');
    case 'PROMOTIONAL_OFF':
      return about('userId', 'OPTED_OUT', 'The receiver does not want advertising.');
    case 'QUOTA_USED_UP':
      return about('userId', 'QUOTA_USED_UP', 'The receiver has got as many today as one may get in a day.');
    case 'NO_ADDRESS':
      return about('userId', 'NO_ADDRESS', 'The receiver has no address on this channel.');
  }
}
