import { codeOf } from '../../datasources/links/codes.ts';
import { idAt } from '../data/population.ts';
import type { Workload } from './workload.ts';

export const redirect: Workload = {
  name: 'redirect',
  about: 'A short link: GET /{code}, answered with 302.',
  keys: ({ links }) => links.count,
  request: ({ population: { links }, place }) => ({ path: codeOf(idAt(links, place)) }),
  read: (location) => location,
};
