import { describe, expect, it } from 'vitest';
import { render, variablesIn } from './rendering.ts';

const mail = { channel: 'EMAIL', subject: 'To {{name}}', body: '<i>{{name}}</i>' } as const;
const text = { channel: 'SMS', subject: null, body: 'To {{name}}' } as const;
const named = (name: string) => new Map([['name', name]]);

describe('a template is filled in', () => {
  it('as HTML in the body of an e-mail, and as text everywhere else', () => {
    expect(render(mail, named('A&B'))).toEqual({
      ok: true,
      value: { subject: 'To A&B', body: '<i>A&amp;B</i>' },
    });
    expect(render(text, named('A&B'))).toEqual({ ok: true, value: { subject: null, body: 'To A&B' } });
  });

  it('and refused where the text would be too long for any server', () => {
    const long = { ...text, body: '{{name}}'.repeat(60) };
    expect(render(long, named('x'.repeat(1_600)))).toMatchObject({ ok: true });
    expect(render(long, named('x'.repeat(2_000)))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_LENGTH' }],
    });
  });

  it('and refused where somebody has broken it past the gateways', () => {
    const broken = { ...text, body: '{{' };
    expect(render(broken, named('x'))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_TEMPLATE' }],
    });
    expect(variablesIn(broken)).toEqual([]);
  });
});
