import { z } from 'zod';
import type { PubSub } from '../../src/pubsub/pubsub.ts';

const id = z.string().regex(/^[1-9]\d{0,18}$/);
const announcement = z.object({ id, previous: id.nullable() });

/** Says that there is a new one, and which of the same user came before it: whoever has not got that one has a gap. */
export type Announcement = z.output<typeof announcement>;

export const channelOf = (userId: string): string => `notifications:${userId}`;

/** Behind the commit. Nothing is lost where it fails: the next one tells its listeners of the gap. */
export async function announce(
  pubsub: PubSub,
  { id, userId }: { readonly id: string; readonly userId: string },
  previous: string | null,
): Promise<void> {
  const text = JSON.stringify({ id, previous } satisfies Announcement);
  await pubsub.publish(channelOf(userId), text);
}

/** Undefined for anything that `announce` did not write. */
export function readAnnouncement(text: string): Announcement | undefined {
  try {
    return announcement.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
