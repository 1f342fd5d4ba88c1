import { expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords({ memoryKiB: 64, passes: 1 });

it('matches the password that was hashed and no other', async () => {
  const hashed = await passwords.hash('correct horse');
  expect(hashed).toMatch(/^\$argon2id\$/);
  expect(await passwords.matches('correct horse', hashed)).toBe(true);
  expect(await passwords.matches('correct horsf', hashed)).toBe(false);
  expect(await passwords.hash('correct horse')).not.toBe(hashed);
});

it('matches nothing for a user who does not exist', async () => {
  expect(await passwords.matches('', undefined)).toBe(false);
  expect(await passwords.matches('correct horse', undefined)).toBe(false);
});
