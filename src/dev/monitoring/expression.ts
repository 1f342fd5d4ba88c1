/** What a PromQL expression names. */
export interface Named {
  readonly metrics: readonly NamedMetric[];
  /** Labels by which it groups or joins, wherever. */
  readonly labels: readonly string[];
}

export interface NamedMetric {
  readonly name: string;
  /** Labels by which it is selected. */
  readonly labels: readonly string[];
}

const functions = new Set(
  `abs absent avg avg_over_time changes clamp_min count count_values delta deriv histogram_quantile increase irate label_replace
   max max_over_time min min_over_time quantile rate round sort_desc sum sum_over_time time topk vector`.split(
    /\s+/,
  ),
);
const operators = new Set(['and', 'or', 'unless', 'bool', 'offset']);
const groupings = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/** Texts, durations in brackets, numbers, names, and whatever else stands for itself. */
const token = /"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|\d[\w.]*|[A-Za-z_:][\w:]*|\S/g;
const isName = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z_:][\w:]*$/.test(text);

/**
 * Reads names out of an expression; knows of the language only what tells them apart. Throws at a function that is not in use
 * here, which may be none.
 */
export function namesIn(expression: string): Named {
  const tokens = [...expression.matchAll(token)].map(([text]) => text);
  const metrics: NamedMetric[] = [];
  const labels: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const name = tokens[at];
    if (!isName(name) || operators.has(name)) continue;
    if (groupings.has(name)) {
      const inside = between(tokens, at + 1, '(', ')');
      labels.push(...inside.filter(isName));
      at += inside.length + (inside.length > 0 || tokens[at + 1] === '(' ? 2 : 0);
    } else if (tokens[at + 1] === '(' || groupings.has(tokens[at + 1] ?? '')) {
      if (!functions.has(name)) throw new Error(`${name} is no function that is in use: ${expression}`);
    } else {
      const inside = between(tokens, at + 1, '{', '}');
      metrics.push({ name, labels: inside.filter(isName) });
      at += inside.length;
    }
  }
  return { metrics, labels };
}

/** The tokens up to `close`, where `open` stands at `at`. */
function between(tokens: readonly string[], at: number, open: string, close: string): readonly string[] {
  return tokens[at] === open ? tokens.slice(at + 1, tokens.indexOf(close, at)) : [];
}
