import type { CachePolicy } from './policy.ts';

const checked = new WeakSet();

/**
 * Throws for a policy whose declarations contradict each other. A strict value is never served past its freshness, and a
 * copy in a process is not asked for its tags.
 */
export function checkPolicy<Key, Value>(policy: CachePolicy<Key, Value>): void {
  if (checked.has(policy)) return;
  const refuse = (what: string): never => {
    throw new Error(`cache policy ${policy.name}: ${what}`);
  };
  if (policy.strict) {
    if (policy.staleForMs > 0) refuse('a strict policy has no grace; staleForMs must be 0');
    if ((policy.staleIfErrorMs ?? 0) > 0)
      refuse('a strict policy is not served stale on errors; drop staleIfErrorMs');
    if (policy.tags !== undefined) refuse('a strict policy cannot have tags');
  }
  if (policy.tags !== undefined && policy.tiers === 'l1+redis')
    refuse("a policy with tags is kept in Redis only; set tiers to 'redis'");
  checked.add(policy);
}
