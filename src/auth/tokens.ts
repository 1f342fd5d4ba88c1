import { SignJWT, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import { DomainError } from '../errors/domain-error.ts';

/** What a token says; whether the session still lives is another question. */
export interface Claims {
  readonly userId: string;
  readonly sessionId: string;
}

export interface Tokens {
  sign(claims: Claims, expiresAt: Date): Promise<string>;
  /** Throws `UNAUTHENTICATED` for a token that is malformed, forged or expired. Touches neither Redis nor Postgres. */
  verify(token: string): Promise<Claims>;
}

interface Verified {
  readonly claims: Claims;
  readonly expiresAtMs: number;
}

const issuer = 'tributary';
const algorithm = 'HS256';
/** Real tokens have some 200 characters; a longer one is not worth hashing. */
const maxTokenLength = 1_024;
const maxRemembered = 10_000;

/** JSON web tokens, signed with `secret`. Signatures already checked are remembered, since a client sends the same token with every request. */
export function createTokens({ secret, clock }: { readonly secret: string; readonly clock: Clock }): Tokens {
  const key = new TextEncoder().encode(secret);
  const remembered = new LRUCache<string, Verified>({ max: maxRemembered });

  async function check(token: string): Promise<Verified> {
    if (token.length > maxTokenLength) throw refused();
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer,
        algorithms: [algorithm],
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: new Date(clock.now()),
      });
      const { sub, exp, sid } = payload;
      if (typeof sub !== 'string' || exp === undefined || typeof sid !== 'string' || !isId(sub) || !isId(sid))
        throw refused();
      return { claims: { userId: sub, sessionId: sid }, expiresAtMs: exp * 1000 };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refused(error);
      throw error;
    }
  }

  return {
    sign: ({ userId, sessionId }, expiresAt) =>
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setSubject(userId)
        .setExpirationTime(expiresAt)
        .sign(key),
    async verify(token) {
      let verified = remembered.get(token);
      if (verified === undefined) {
        verified = await check(token);
        remembered.set(token, verified);
      }
      if (verified.expiresAtMs <= clock.now()) throw refused();
      return verified.claims;
    },
  };
}

const isId = (text: string): boolean => /^[1-9]\d{0,17}$/.test(text);

const refused = (cause?: unknown) =>
  new DomainError('UNAUTHENTICATED', 'The token is malformed, forged or expired; sign in again.', { cause });
