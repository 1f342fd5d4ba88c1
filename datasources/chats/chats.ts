import { z } from 'zod';
import { instant } from '../../src/cache/codec.ts';

const chat = z.object({
  id: z.string(),
  kind: z.enum(['DIRECT', 'GROUP']),
  title: z.string().nullable(),
  createdAt: instant,
});

/** A conversation of two, or of a group. */
export type Chat = z.output<typeof chat>;
