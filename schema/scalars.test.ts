import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scalars } from './scalars.ts';

/** Any UTF-16, halves of surrogate pairs included. */
const anyText = fc.uint16Array().map((units) => String.fromCharCode(...units));
/** Near what is taken, and mostly beside it. */
const webAddress = fc
  .tuple(
    fc.constantFrom('http', 'https', 'HTTPS', 'ftp', 'javascript', 'data', ''),
    fc.constantFrom('://', ':', '//', ':\\\\', '://user:pass@', '://user@', '://@'),
    fc.constantFrom('example.com', '[::1]', 'ä.example', 'a b', '', 'example.com:99999'),
    fc.string(),
  )
  .map(([scheme, slashes, host, rest]) => `${scheme}${slashes}${host}/${rest}`);
const { URL: Url, EmailAddress, PhoneNumber, Decimal } = scalars;

describe('a URL', () => {
  it.each([
    'http://example.com',
    'https://example.com/a.png?b=c#d',
    'HTTPS://EXAMPLE.COM/',
    'https://bücher.example/ä',
    'https://[::1]:8443/a',
    'https://example.com/a:b@c',
  ])('may be %s', (text) => {
    expect(Url.parseValue(text).href).toBe(new URL(text).href);
  });

  it('that is taken is of the web, without a password, and short', () => {
    fc.assert(
      fc.property(fc.oneof(webAddress, fc.string(), anyText), (text) => {
        const url = acceptedBy(() => Url.parseValue(text));
        if (url === undefined) return;
        expect(['http:', 'https:']).toContain(url.protocol);
        expect([url.username, url.password]).toEqual(['', '']);
        expect(url.href.length).toBeLessThanOrEqual(2_048);
      }),
    );
  });

  it('is sent as it is stored', () => {
    expect(Url.serialize('https://example.com/a')).toBe('https://example.com/a');
    expect(Url.serialize(new URL('https://example.com'))).toBe('https://example.com/');
  });
});

describe('text of one form', () => {
  it('is judged at once, whatever it is', () => {
    // A form that tries every way to split a text before it gives up would stop the whole process.
    const hostile = [
      `+${'1'.repeat(100_000)}x`,
      `${'a'.repeat(100_000)}@`,
      `a@${'a.'.repeat(50_000)}!`,
      '1-'.repeat(50_000),
    ];
    const startedAt = performance.now();
    for (const text of hostile) {
      for (const scalar of [EmailAddress, PhoneNumber, Decimal]) {
        expect(acceptedBy(() => scalar.parseValue(text))).toBeUndefined();
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('is quoted by no refusal', () => {
    expect(() => EmailAddress.parseValue('secret')).toThrow('EmailAddress must be an e-mail address');
    expect(() => PhoneNumber.parseValue('secret')).toThrow('PhoneNumber must be a phone number');
  });

  it.each(['+41791234567', '+12025550123', '+3585012345'])('is a phone number: %s', (text) => {
    expect(PhoneNumber.parseValue(text)).toBe(text);
  });
});

function acceptedBy<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
