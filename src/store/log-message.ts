import { z } from 'zod';

/**
 * What a transaction writes into the log, with prefix `cache`, for whoever follows the log: JSON with the parts that are
 * not empty,
 *
 *     { "keys": ["<policy>:<id>", …], "rows": { "<policy>:<id>": <row version> }, "tags": ["<tag>", …], "mark": "<token>" }
 *
 * A policy's name has no colon; an id may have some.
 */
export interface LogMessage {
  readonly keys: readonly LoggedKey[];
  /** Of lists that have become old. */
  readonly tags?: readonly string[] | undefined;
  /** Token of the writer's claims on strict entries. */
  readonly mark?: string | undefined;
}

export interface LoggedKey {
  readonly policy: string;
  readonly id: string;
  /** The row's version after the write, where the writer knew it. */
  readonly rowVersion?: number | undefined;
}

const body = z.object({
  keys: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  mark: z
    .string()
    .regex(/^[0-9a-f]{20}$/)
    .optional(),
  rows: z.record(z.string(), z.number().int().nonnegative()).optional(),
});

/** The prefix under which `Database.write` emits it. */
export const cachePrefix = 'cache';

/** Undefined where there is nothing to tell. */
export function encodeLogMessage({ keys, tags = [], mark }: LogMessage): string | undefined {
  if (keys.length === 0 && tags.length === 0) return undefined;
  const rows = keys.flatMap((key) =>
    key.rowVersion === undefined ? [] : [[nameOf(key), key.rowVersion] as const],
  );
  return JSON.stringify({
    ...(keys.length === 0 ? {} : { keys: keys.map(nameOf) }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(mark === undefined || mark === '' ? {} : { mark }),
    ...(rows.length === 0 ? {} : { rows: Object.fromEntries(rows) }),
  });
}

/** Undefined for anything that `encodeLogMessage` did not make. */
export function decodeLogMessage(text: string): LogMessage | undefined {
  const parsed = body.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { mark, tags } = parsed.data;
  const rows = new Map(Object.entries(parsed.data.rows ?? {}));
  const keys = parsed.data.keys.map((name) => {
    const colon = name.indexOf(':');
    const rowVersion = rows.get(name);
    return {
      policy: name.slice(0, colon),
      id: name.slice(colon + 1),
      ...(rowVersion === undefined ? {} : { rowVersion }),
    };
  });
  if (parsed.data.keys.some((name) => name.indexOf(':') < 1)) return undefined;
  return { keys, ...(tags.length === 0 ? {} : { tags }), ...(mark === undefined ? {} : { mark }) };
}

const nameOf = ({ policy, id }: LoggedKey) => `${policy}:${id}`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
