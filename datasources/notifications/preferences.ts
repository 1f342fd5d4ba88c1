import { z } from 'zod';

const preferences = z.object({
  userId: z.string(),
  email: z.boolean(),
  sms: z.boolean(),
  push: z.boolean(),
  promotional: z.boolean(),
  quietHours: z.object({ start: z.string(), end: z.string(), timeZone: z.string() }).nullable(),
});

/** What may be sent to a user, and when. */
export type Preferences = z.output<typeof preferences>;
