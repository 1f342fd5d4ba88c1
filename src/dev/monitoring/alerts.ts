import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../../config/project-root.ts';

const rule = z.strictObject({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }).optional(),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }).optional(),
});
const file = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) });

export type RuleFile = z.output<typeof file>;

export interface Alert {
  readonly name: string;
  /** Of the rules that it stands among. */
  readonly group: string;
  readonly expression: string;
  /** How long it must be true, such as `2m`. */
  readonly after: string;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
}

export const alertsPath = join(projectRoot(import.meta.url), 'deploy/prometheus/alerts.yml');

/** The rules that are shipped. Throws where one has a part that is not known here. */
export const readRules = (): RuleFile => file.parse(parse(readFileSync(alertsPath, 'utf8')));

/** Throws where an alert does not say how bad it is, what it is, or what to do. */
export function alertsOf({ groups }: RuleFile): readonly Alert[] {
  return groups.flatMap(({ name: group, rules }) =>
    rules.flatMap(({ alert: name, expr: expression, for: after, labels, annotations }) => {
      if (name === undefined) return [];
      if (after === undefined || labels === undefined || annotations === undefined)
        throw new Error(`the alert ${name} is not whole`);
      return { name, group, expression, after, ...labels, ...annotations };
    }),
  );
}

/** Names that rules give to expressions, which others use in their place. */
export const recordedBy = ({ groups }: RuleFile): readonly string[] =>
  groups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));
