import { randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time whether or not there is a hash to compare with, so that user names cannot be probed. */
  matches(password: string, hashed: string | undefined): Promise<boolean>;
}

export interface HashCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** OWASP's second recommendation for argon2id. */
export const hashCost: HashCost = { memoryKiB: 19_456, passes: 2 };

/** argon2id, on libuv's threads. */
export function createPasswords(cost: HashCost = hashCost): Passwords {
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  const ofNobody = hash(randomUUID(), options);
  // Awaited by the first sign-in of an unknown user; a failure belongs to that request.
  ofNobody.catch(() => undefined);
  return {
    hash: (password) => hash(password, options),
    async matches(password, hashed) {
      const isRight = await verify(hashed ?? (await ofNobody), password);
      return isRight && hashed !== undefined;
    },
  };
}
