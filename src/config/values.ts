import { z } from 'zod';

// The forms that the values of environment variables have; each refuses in words for whoever has set one.

export const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);
export const milliseconds = (fallback: number, most = 3_600_000) =>
  z.coerce.number().int().positive().max(most).default(fallback);
export const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
export const bound = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
export const pause = (fallback: number) => z.coerce.number().int().min(0).max(600_000).default(fallback);
/** From none to all of them. */
export const share = (fallback: number) => z.coerce.number().min(0).max(1).default(fallback);
export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });
export const redisUrl = z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' });
export const smtpUrl = z
  .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' })
  .refine(
    (text) =>
      !URL.canParse(text) || [null, 'required', 'optional'].includes(new URL(text).searchParams.get('tls')),
    'may say ?tls=required or ?tls=optional',
  );
export const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });
export const mailbox = z
  .string()
  .regex(
    /^(?:[^<>@"\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    'must be an address such as no-reply@example.com',
  );
export const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin, such as https://example.com',
  );
export const addressOrRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an IP address or a range such as 10.0.0.0/8',
});
const parts = (text: string, separator: string) =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
export const listOfLists = (item: z.ZodType<string, string>) =>
  z
    .string()
    .default('')
    .transform((text) => parts(text, ';').map((group) => parts(group, ',')))
    .pipe(z.array(z.tuple([item], item)));
export const listOf = <Item extends string>(
  item: z.ZodType<Item, string>,
  text: z.ZodType<string, string | undefined>,
) => text.transform((words) => parts(words, ',')).pipe(z.array(item));
export const list = <Item extends string>(item: z.ZodType<Item, string>, fallback = '') =>
  listOf(item, z.string().default(fallback));
