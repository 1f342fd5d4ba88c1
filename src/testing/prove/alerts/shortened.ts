import type { RuleFile } from '../../../dev/monitoring/alerts.ts';

const msOf = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A duration of Prometheus with one unit, such as `5m`, `by` times as short; in milliseconds, for it knows no halves. */
function shorter(duration: string, by: number): string {
  const [, count, unit] = /^(\d+)([smh])$/.exec(duration) ?? [];
  if (count === undefined || unit === undefined) throw new Error(`${duration} is no duration with one unit`);
  return `${Math.round((Number(count) * msOf[unit as keyof typeof msOf]) / by)}ms`;
}

/** The windows and offsets of an expression, `by` times as short; nothing else of it. */
export const withShorterWindows = (expression: string, by: number): string =>
  expression
    .replace(/\[(\w+)\]/g, (_, window: string) => `[${shorter(window, by)}]`)
    .replace(/\boffset (\w+)/g, (_, window: string) => `offset ${shorter(window, by)}`);

/** The same rules, so that what takes minutes takes seconds: windows, offsets and `for` are shorter, thresholds are not. */
export function shortened({ groups }: RuleFile, by: number): RuleFile {
  return {
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => ({
        ...rule,
        expr: withShorterWindows(rule.expr, by),
        ...(rule.for !== undefined && { for: shorter(rule.for, by) }),
      })),
    })),
  };
}
