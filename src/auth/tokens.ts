import { SignJWT, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import { DomainError } from '../errors/domain-error.ts';

/** What a token says; whether the session still lives is another question. */
export interface Claims {
  readonly userId: string;
  readonly sessionId: string;
}

/** A token that is valid now. */
export interface ValidToken {
  readonly claims: Claims;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

export interface Tokens {
  sign(claims: Claims, expiresAt: Date): Promise<string>;
  /** The same as `verify`, with the token's end: for who keeps using it without showing it again. */
  read(token: string): Promise<ValidToken>;
  /** Throws `UNAUTHENTICATED` for a token that is malformed, forged or expired. Touches neither Redis nor Postgres. */
  verify(token: string): Promise<Claims>;
}

const issuer = 'tributary';
const algorithm = 'HS256';
/** Real tokens have some 200 characters; a longer one is not worth hashing. */
const maxTokenLength = 1_024;
const maxRemembered = 10_000;

/** JSON web tokens, signed with `secret`. Signatures already checked are remembered, since a client sends the same token with every request. */
export function createTokens({ secret, clock }: { readonly secret: string; readonly clock: Clock }): Tokens {
  const key = new TextEncoder().encode(secret);
  const remembered = new LRUCache<string, ValidToken>({ max: maxRemembered });

  async function check(token: string): Promise<ValidToken> {
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

  async function read(token: string): Promise<ValidToken> {
    let valid = remembered.get(token);
    if (valid === undefined) {
      valid = await check(token);
      remembered.set(token, valid);
    }
    if (valid.expiresAtMs <= clock.now()) throw refused();
    return valid;
  }

  return {
    sign: ({ userId, sessionId }, expiresAt) =>
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setSubject(userId)
        .setExpirationTime(expiresAt)
        .sign(key),
    read,
    verify: async (token) => (await read(token)).claims,
  };
}

const isId = (text: string): boolean => /^[1-9]\d{0,17}$/.test(text);

const refused = (cause?: unknown) =>
  new DomainError('UNAUTHENTICATED', 'The token is malformed, forged or expired; sign in again.', { cause });
