import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A small entry can be made to inflate a thousandfold: beyond this it is damaged, not a value. */
export const maxInflatedBytes = 4 * 1024 * 1024;

/** Text that inflates to `text`; undefined where it would not be shorter, or where `inflate` would refuse it. */
export function deflate(text: string): string | undefined {
  const bytes = Buffer.from(text);
  if (bytes.length > maxInflatedBytes) return undefined;
  const deflated = deflateRawSync(bytes, { level: 1 }).toString('base64');
  return deflated.length < bytes.length ? deflated : undefined;
}

/** Undefined for anything that `deflate` did not make. Never throws, and never takes more than `maxInflatedBytes`. */
export function inflate(deflated: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(deflated)) return undefined;
  try {
    const bytes = Buffer.from(deflated, 'base64');
    return inflateRawSync(bytes, { maxOutputLength: maxInflatedBytes }).toString();
  } catch {
    return undefined;
  }
}
