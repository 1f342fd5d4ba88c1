import { createHash } from 'node:crypto';

/** SHA-256 of a text in UTF-8, 64 lower-case hexadecimal digits. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Of a key that ends with a hash: Apollo puts words before it, with a colon between. */
export const hashIn = (key: string): string => key.slice(key.lastIndexOf(':') + 1);
