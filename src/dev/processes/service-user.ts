import { readFile } from 'node:fs/promises';

/** The account a server runs as; Postgres refuses to run as root. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED_ACCOUNTS = ['postgres', 'nobody'] as const;

/** The account to drop to when running as root; undefined when not root, for then servers run as ourselves. */
export async function findServiceUser(): Promise<ServiceUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  return PREFERRED_ACCOUNTS.map((name) => accounts.get(name)).find((account) => account !== undefined);
}

function parseAccounts(passwd: string): ReadonlyMap<string, ServiceUser> {
  const accounts = new Map<string, ServiceUser>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
