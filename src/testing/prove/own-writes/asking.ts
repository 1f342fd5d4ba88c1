/** One request as a client sends it, with the header of its latest write where it has no session. */
export interface Asking {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly session?: string | undefined;
  readonly written?: string | undefined;
}

interface Answered<Data> {
  readonly data: Data;
  /** The token of what was written. */
  readonly written: string | undefined;
}

const header = 'x-consistency-token';

/** Throws where there is an error in place of the data. */
export async function ask<Data>(
  url: string,
  { document, variables, session, written }: Asking,
): Promise<Answered<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
      ...(written === undefined ? {} : { [header]: written }),
    },
    body: JSON.stringify({ query: document, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const body = (await response.json()) as { readonly data?: Data | null; readonly errors?: unknown };
  if (body.data == null || body.errors !== undefined)
    throw new Error(`an error in place of data: ${JSON.stringify(body.errors)}`);
  return { data: body.data, written: response.headers.get(header) ?? undefined };
}
