import { expect, it } from 'vitest';
import { isVisit } from './visit.ts';

it.each([
  ['nobody who says who they are', {}],
  [
    'a browser',
    {
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    },
  ],
  ['a browser whose name sounds like one of them', { 'user-agent': 'Mozilla/5.0 (Linux; CUBOT X30) Mobile' }],
  ['a shell', { 'user-agent': 'curl/8.5.0' }],
])('%s is a visitor', (_, headers) => {
  expect(isVisit(headers)).toBe(true);
});

it.each([
  ['a crawler', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
  ['the preview of a messenger', { 'user-agent': 'WhatsApp/2.23.20.0' }],
  ['the preview of a team', { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }],
  ['a browser ahead of the click', { 'user-agent': 'Mozilla/5.0', 'sec-purpose': 'prefetch;prerender' }],
  ['an older browser ahead of the click', { 'user-agent': 'Mozilla/5.0', purpose: 'prefetch' }],
])('%s is none', (_, headers) => {
  expect(isVisit(headers)).toBe(false);
});
