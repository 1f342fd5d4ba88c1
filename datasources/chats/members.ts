import { z } from 'zod';
import { instant } from '../../src/cache/codec.ts';

const member = z.object({
  chatId: z.string(),
  userId: z.string(),
  role: z.enum(['OWNER', 'ADMIN', 'MEMBER']),
  joinedAt: instant,
});

/** Somebody in a chat. */
export type ChatMember = z.output<typeof member>;
