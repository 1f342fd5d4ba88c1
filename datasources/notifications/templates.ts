import { z } from 'zod';
import { instant } from '../../src/cache/codec.ts';

export const channels = ['EMAIL', 'SMS', 'PUSH'] as const;
export const categories = ['SECURITY', 'TRANSACTIONAL', 'PROMOTIONAL'] as const;

const template = z.object({
  id: z.string(),
  name: z.string(),
  channel: z.enum(channels),
  category: z.enum(categories),
  subject: z.string().nullable(),
  body: z.string(),
  updatedAt: instant,
});

/** A text with variables, for one channel. */
export type Template = z.output<typeof template>;
