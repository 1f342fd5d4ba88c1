import { about, refusalsOf } from '../../src/errors/refusal.ts';
import { isOneLine, parseTemplate } from './template-text.ts';
import type { TemplateValues } from './templates.ts';

export type TemplateFault = 'INVALID_LENGTH' | 'INVALID_TEMPLATE';

const longestBody = { EMAIL: 20_000, SMS: 1_000, PUSH: 1_000 } as const;

/** The faults in a template's own values; empty where there are none. */
export function checkTemplate({ name, channel, subject, body }: TemplateValues) {
  const most = longestBody[channel];
  return refusalsOf<TemplateFault>(
    isOutside(name.trim(), 1, 100) &&
      about('name', 'INVALID_LENGTH', 'The name must have 1 to 100 characters.'),
    channel === 'EMAIL' ? checkSubject(subject ?? '') : subject !== null && noSubject,
    isOutside(body.trim() === '' ? '' : body, 1, most) &&
      about('body', 'INVALID_LENGTH', `The body must have 1 to ${most} characters on this channel.`),
    parseTemplate(body) === undefined && malformed('body'),
  );
}

function checkSubject(subject: string) {
  if (isOutside(subject.trim(), 1, 200))
    return about('subject', 'INVALID_LENGTH', 'The subject of an e-mail must have 1 to 200 characters.');
  if (!isOneLine(subject))
    return about('subject', 'INVALID_TEMPLATE', 'A subject is one line, without control characters.');
  return parseTemplate(subject) === undefined && malformed('subject');
}

const noSubject = about('subject', 'INVALID_TEMPLATE', 'Only e-mails have a subject.');

const malformed = (field: string) =>
  about(
    field,
    'INVALID_TEMPLATE',
    'Variables are written `{{name}}`, with up to 60 letters, digits or `_`, a letter or `_` first.',
  );

const isOutside = ({ length }: string, least: number, most: number): boolean =>
  length < least || length > most;
