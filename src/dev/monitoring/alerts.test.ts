import { describe, expect, it } from 'vitest';
import { alertsOf, readRules, recordedBy } from './alerts.ts';
import { namesIn } from './expression.ts';
import { createKnown } from './known-metrics.ts';

const rules = readRules();
const alerts = alertsOf(rules);
const faultsOf = createKnown(recordedBy(rules));

describe('every rule', () => {
  it.each(rules.groups.flatMap((group) => group.rules))('names what there is: $alert$record', ({ expr }) => {
    expect(namesIn(expr).metrics).not.toEqual([]);
    expect(faultsOf(namesIn(expr))).toEqual([]);
  });

  it('says what to do, and has a name of its own', () => {
    expect(alerts.length).toBeGreaterThan(20);
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    for (const { name, description } of alerts) expect(description.length, name).toBeGreaterThan(60);
  });
});
