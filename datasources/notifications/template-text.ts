/** Text as it stands, or the name of a variable in its place. */
export type TemplatePart = string | { readonly variable: string };

const variableName = /^[A-Za-z_]\w{0,59}$/;

/**
 * Cuts a text at its `{{name}}`s; blanks around the name do not count, a brace alone is text. Undefined where a pair of
 * braces has no partner, or no name between them. Takes time in proportion to the text, whatever is in it.
 */
export function parseTemplate(text: string): readonly TemplatePart[] | undefined {
  const parts: TemplatePart[] = [];
  for (let at = 0; ;) {
    const open = text.indexOf('{{', at);
    const literal = open < 0 ? text.slice(at) : text.slice(at, open);
    if (literal.includes('}}')) return undefined;
    if (literal !== '') parts.push(literal);
    if (open < 0) return parts;
    const close = text.indexOf('}}', open + 2);
    const variable = close < 0 ? '' : text.slice(open + 2, close).trim();
    if (!variableName.test(variable)) return undefined;
    parts.push({ variable });
    at = close + 2;
  }
}

/** The names in all of the texts, each once, in the order of their first use. */
export function variablesOf(...texts: readonly (readonly TemplatePart[])[]): readonly string[] {
  return [...new Set(texts.flat().flatMap((part) => (typeof part === 'string' ? [] : [part.variable])))];
}

/** How a value is written into its place. */
export type Written = (value: string) => string;

/** Joins the parts; every variable must have a value. */
export function fillIn(
  parts: readonly TemplatePart[],
  values: ReadonlyMap<string, string>,
  written: Written,
): string {
  const valueOf = (name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value for the variable ${name}`);
    return written(value);
  };
  return parts.map((part) => (typeof part === 'string' ? part : valueOf(part.variable))).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and between quotes of an attribute. */
export const escapeHtml: Written = (value) =>
  value.replace(/[&<>"']/g, (character) => entities[character] ?? '');

export const asItIs: Written = (value) => value;

/** A line break in a subject would begin another header of the e-mail. */
export const inOneLine: Written = (value) => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

/** Whether it is one line already. */
export const isOneLine = (text: string): boolean => !/[\p{Cc}\u2028\u2029]/u.test(text);
