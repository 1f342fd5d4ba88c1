import { onServer } from './database.ts';
import type { Answer } from './gateway.ts';
import type { Person } from './world.ts';

/** What tests ask of a short link. */
export interface SeenLink {
  readonly id: string;
  readonly code: string;
  readonly url: string;
  readonly shortUrl: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly owner: { readonly username: string } | null;
}

export interface LinkPayload {
  readonly shortLink: SeenLink | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}

/** Of whichever mutation was sent. */
export interface LinkAnswers {
  readonly createShortLink?: LinkPayload;
  readonly updateShortLink?: LinkPayload;
  readonly deleteShortLink?: LinkPayload;
}

const fields = 'id code url shortUrl createdAt expiresAt owner { username }';

export const linkQuery = `query ($code: String!) { shortLink(code: $code) { ${fields} } }`;

/** The mutations of links, as somebody sends them. */
export function createLinker(person: Person) {
  const mutation =
    (name: keyof LinkAnswers, type: string) =>
    async (input: Readonly<Record<string, unknown>>): Promise<Answer<LinkAnswers>> =>
      person.query(
        `mutation ($input: ${type}!) { ${name}(input: $input) { shortLink { ${fields} } userErrors { code field } } }`,
        { input },
      );
  const create = mutation('createShortLink', 'CreateShortLinkInput');
  return {
    create,
    update: mutation('updateShortLink', 'UpdateShortLinkInput'),
    remove: mutation('deleteShortLink', 'DeleteShortLinkInput'),
    /** Makes a link that must succeed. */
    async link(input: Readonly<Record<string, unknown>>): Promise<SeenLink> {
      const { data, errors } = await create(input);
      const made = data?.createShortLink?.shortLink;
      if (made == null) throw new Error(`no link was made: ${JSON.stringify({ data, errors })}`);
      return made;
    },
  };
}

/** Removes a month's links and its partition, counted from the present month on. */
export async function dropLinkPartition(url: string, month: number): Promise<void> {
  const [name] = await onServer<{ name: string }>(
    url,
    `SELECT 'links_' || to_char(now() AT TIME ZONE 'UTC' + make_interval(months => $1), 'YYYY_MM') AS name`,
    [month],
  );
  await onServer(url, `DELETE FROM ${name?.name ?? ''}`);
  await onServer(url, `ALTER TABLE links DETACH PARTITION ${name?.name ?? ''}`);
  await onServer(url, `DROP TABLE ${name?.name ?? ''}`);
}
