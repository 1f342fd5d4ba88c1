import { about, refusalsOf } from '../../src/errors/refusal.ts';
import { isAlias } from './codes.ts';

export type LinkRefusal = 'INVALID_TARGET' | 'INVALID_ALIAS' | 'ALIAS_TAKEN' | 'INVALID_EXPIRY';

interface Checkable {
  readonly url?: URL | undefined;
  readonly alias?: string | undefined;
  readonly expiresAt?: Date | null | undefined;
}

const longestLifeMs = 100 * 365 * 86_400_000;

/** The faults in a link's own values; empty where there are none. `now` in epoch ms. */
export function checkLink({ url, alias, expiresAt }: Checkable, publicUrl: string, now: number) {
  return refusalsOf<LinkRefusal>(
    url !== undefined &&
      leadsBack(url, publicUrl) &&
      about('url', 'INVALID_TARGET', 'A short link must not lead back to this service.'),
    alias !== undefined &&
      !isAlias(alias) &&
      about(
        'alias',
        'INVALID_ALIAS',
        'An alias has 3 to 32 letters, digits, - or _, other than 10 or 11 letters and digits, and is not a word of ours.',
      ),
    expiresAt != null &&
      !(expiresAt.getTime() > now && expiresAt.getTime() < now + longestLifeMs) &&
      about('expiresAt', 'INVALID_EXPIRY', 'A link must expire in the future, within a hundred years.'),
  );
}

export const aliasTaken = about<LinkRefusal>('alias', 'ALIAS_TAKEN', 'Somebody has this alias already.');

/** Also where it names another scheme, or spells the host with a dot at its end. */
function leadsBack(url: URL, publicUrl: string): boolean {
  return addressOf(url) === addressOf(new URL(publicUrl));
}

const webPorts: ReadonlySet<string> = new Set(['', '80', '443']);
const addressOf = ({ hostname, port }: URL) =>
  `${hostname.replace(/\.$/, '')}:${webPorts.has(port) ? '' : port}`;
