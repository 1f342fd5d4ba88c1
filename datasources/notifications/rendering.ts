import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import { asItIs, escapeHtml, fillIn, inOneLine, parseTemplate, variablesOf } from './template-text.ts';
import type { Template } from './templates.ts';

/** What a template became. */
export interface Rendered {
  readonly subject: string | null;
  readonly body: string;
}

export type RenderRefusal = 'MISSING_VARIABLE' | 'INVALID_LENGTH' | 'INVALID_TEMPLATE';

const longestValue = 2_000;
/** Many large values could make an e-mail that no server takes. */
const longestBody = 100_000;

/** Fills in a template. Values of e-mails are escaped in the HTML of the body, and kept in one line in the subject. */
export function render(
  template: Pick<Template, 'channel' | 'subject' | 'body'>,
  values: ReadonlyMap<string, string>,
): Outcome<Rendered, RenderRefusal> {
  const subject = parseTemplate(template.subject ?? '');
  const body = parseTemplate(template.body);
  // Checked when it was saved; a person in `psql` is not.
  if (subject === undefined || body === undefined) return refused(malformed);
  const names = variablesOf(subject, body);
  const faults = names.flatMap((name) => faultOf(name, values.get(name)) ?? []);
  if (faults.length > 0) return refused(...faults);
  const rendered = {
    subject: template.subject === null ? null : inOneLine(fillIn(subject, values, asItIs)),
    body: fillIn(body, values, template.channel === 'EMAIL' ? escapeHtml : asItIs),
  };
  return rendered.body.length > longestBody ? refused(tooLong) : done(rendered);
}

/** Names of all variables in subject and body; none where they cannot be read. */
export function variablesIn({ subject, body }: Pick<Template, 'subject' | 'body'>): readonly string[] {
  return variablesOf(parseTemplate(subject ?? '') ?? [], parseTemplate(body) ?? []);
}

function faultOf(name: string, value: string | undefined) {
  if (value === undefined)
    return about('variables', 'MISSING_VARIABLE', `The variable \`${name}\` has no value.`);
  if (value.length > longestValue)
    return about('variables', 'INVALID_LENGTH', `The variable \`${name}\` may have 2,000 characters.`);
  return undefined;
}

const malformed = about('templateId', 'INVALID_TEMPLATE', 'The template is malformed; save it anew.');

const tooLong = about(
  'variables',
  'INVALID_LENGTH',
  'With these values the text has over 100,000 characters.',
);
