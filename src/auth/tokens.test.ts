import { SignJWT, UnsecuredJWT, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createTokens } from './tokens.ts';

const secret = 'a-secret-that-is-long-enough-for-hs256';
const claims = { userId: '7', sessionId: '42' };
const hourMs = 3_600_000;

function createSigned() {
  const clock = createFakeClock();
  const tokens = createTokens({ secret, clock });
  return { clock, tokens, sign: () => tokens.sign(claims, new Date(clock.now() + hourMs)) };
}

const refused = { code: 'UNAUTHENTICATED' };

describe('a token', () => {
  it('says who it was signed for, however often it is asked', async () => {
    const { tokens, sign } = createSigned();
    const token = await sign();
    expect(await tokens.verify(token)).toEqual(claims);
    expect(await tokens.verify(token)).toEqual(claims);
  });

  it('ends with its time, also where its signature was checked before', async () => {
    const { clock, tokens, sign } = createSigned();
    const token = await sign();
    await tokens.verify(token);
    await clock.advance(hourMs - 1);
    expect(await tokens.verify(token)).toEqual(claims);
    await clock.advance(1);
    await expect(tokens.verify(token)).rejects.toMatchObject(refused);
  });

  it('is refused when any of its characters was changed', async () => {
    const { tokens, sign } = createSigned();
    const token = await sign();
    for (const index of [0, 10, token.indexOf('.') + 3, token.lastIndexOf('.') + 3]) {
      const other = token[index] === 'A' ? 'B' : 'A';
      await expect(
        tokens.verify(token.slice(0, index) + other + token.slice(index + 1)),
      ).rejects.toMatchObject(refused);
    }
  });

  it('is refused when it was signed otherwise', async () => {
    const { clock, tokens } = createSigned();
    const jwt = () =>
      new SignJWT({ sid: '42' })
        .setIssuer('tributary')
        .setSubject('7')
        .setExpirationTime(new Date(clock.now() + hourMs));
    const key = (text: string) => new TextEncoder().encode(text);
    const { privateKey } = await generateKeyPair('RS256');
    const forged = [
      await jwt().setProtectedHeader({ alg: 'HS256' }).sign(key('another-secret-that-is-long-enough!!')),
      await jwt()
        .setProtectedHeader({ alg: 'HS512' })
        .sign(key(secret.repeat(2))),
      await jwt().setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      await jwt().setIssuer('somebody').setProtectedHeader({ alg: 'HS256' }).sign(key(secret)),
      await jwt().setSubject('7; DROP').setProtectedHeader({ alg: 'HS256' }).sign(key(secret)),
      await new SignJWT({ sid: '42', sub: 7 as unknown as string })
        .setIssuer('tributary')
        .setExpirationTime(new Date(clock.now() + hourMs))
        .setProtectedHeader({ alg: 'HS256' })
        .sign(key(secret)),
      await new SignJWT({ sid: 42 })
        .setIssuer('tributary')
        .setSubject('7')
        .setExpirationTime(new Date(clock.now() + hourMs))
        .setProtectedHeader({ alg: 'HS256' })
        .sign(key(secret)),
      await new SignJWT({ sid: '42' })
        .setIssuer('tributary')
        .setSubject('7')
        .setProtectedHeader({ alg: 'HS256' })
        .sign(key(secret)),
      new UnsecuredJWT({ sid: '42' })
        .setIssuer('tributary')
        .setSubject('7')
        .setExpirationTime(new Date(clock.now() + hourMs))
        .encode(),
      `${'a'.repeat(2_000)}.b.c`,
      'a.b.c',
      '..',
      '',
    ];
    for (const token of forged) await expect(tokens.verify(token), token).rejects.toMatchObject(refused);
  });
});
