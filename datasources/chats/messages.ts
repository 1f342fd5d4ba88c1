import { z } from 'zod';
import { instant } from '../../src/cache/codec.ts';

const message = z.object({
  chatId: z.string(),
  id: z.string(),
  authorId: z.string().nullable(),
  text: z.string().nullable(),
  sentAt: instant,
  editedAt: instant.nullable(),
  deletedAt: instant.nullable(),
});

/** Something that was said. */
export type Message = z.output<typeof message>;
