import { z } from 'zod';
import { configSchema } from '../../config/config.ts';
import { code, table, type Draft } from './markdown.ts';

export function configurationDraft(): Draft {
  return {
    title: 'Configuration',
    about:
      'Every environment variable of the gateway. An empty one counts as absent; a wrong value stops the start with one line per fault.',
    parts: [
      table(
        ['Variable', 'Value', 'Default', 'Meaning'],
        Object.entries(configSchema.shape).map(([name, field]) => toRow(name, field)),
      ),
      '## What Postgres must be set to',
      'On the primary, by whoever runs it, where a process has the role `worker`. `npm start` sets all of it on its own servers.',
      table(
        ['Parameter', 'Value', 'Why'],
        serverParameters.map(({ name, value, why }) => [code(name), value, why]),
      ),
      '## With `npm start`',
      'It runs in development mode, logs from `warn` on, signs tokens with a secret of its own, knows the documents of this project’s clients without insisting on them, and starts the servers whose address is not given. It reads the variables above, and these:',
      table(
        ['Variable', 'Value', 'Default', 'Meaning'],
        startVariables.map(({ name, value, fallback, meaning }) => [code(name), value, fallback, meaning]),
      ),
    ],
  };
}

/** What the follower of the log needs of the server. */
const serverParameters = [
  {
    name: 'wal_level',
    value: '`logical`',
    why: 'Without it the log cannot be followed; the worker says so and tries again.',
  },
  {
    name: 'max_replication_slots',
    value: 'two more than without the gateway',
    why: 'A slot for each `APP_NAME`, and one for a moment while that is made.',
  },
  {
    name: 'max_slot_wal_keep_size',
    value: 'such as `4GB`; never `-1`, which is Postgres’ default',
    why: 'A slot that no worker reads keeps the log, and fills the disk where nothing bounds it. Above the bound the slot is lost, and the next worker gives up all entries of the cache. The slot of a worker that keeps up holds the log of `REPLAY_SECONDS` too, so the bound must be well above that. At `-1` the worker warns at its start, and `gateway_backstop_fault{fault="unbounded_slot"}` is 1.',
  },
] as const;

/** What only `npm start` and the servers that it starts read; the test finds one that is missing here. */
export const startVariables = [
  {
    name: 'STACK_DATA_DIR',
    value: 'path of a folder',
    fallback: '`.stack` in the project',
    meaning:
      'Where Postgres and Redis keep their data. Every folder above it must be open to the account that Postgres runs as. Without it, a folder for temporary files where the project’s own cannot be used.',
  },
  {
    name: 'REDIS_SERVER_BIN',
    value: 'path of a program',
    fallback: 'found or fetched',
    meaning:
      'A `redis-server` or `valkey-server`. Without it, the one on `PATH`, else one unpacked from the distribution’s package by `apt`; nothing is installed.',
  },
  {
    name: 'NGINX_BIN',
    value: 'path of a program',
    fallback: 'found or fetched',
    meaning: 'An `nginx` for `npm run topology`. Without it, one is found as Redis is.',
  },
  {
    name: 'TOPOLOGY_PORT',
    value: 'whole number, 0 to 65535',
    fallback: 'a free one',
    meaning: 'Where `npm run topology` has nginx listen.',
  },
] as const;

/** The parts of JSON Schema that zod writes for the kinds of field that are in use. */
interface Described {
  readonly description?: string;
  readonly default?: string | number;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: Described;
  readonly prefixItems?: readonly Described[];
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function toRow(name: string, field: z.ZodType): readonly string[] {
  const input = z.toJSONSchema(field, { io: 'input' }) as Described;
  const output = z.toJSONSchema(field, { io: 'output' }) as Described;
  if (input.description === undefined) throw new Error(`${name} has no description`);
  return [code(name), valueOf(field, output), defaultOf(field, input), input.description];
}

function valueOf(field: z.ZodType, described: Described): string {
  const { items, enum: words, format, pattern, minLength = 0 } = described;
  if (items !== undefined) return listOf(field, items);
  if (words !== undefined) return words.map(code).join(', ');
  if (format === 'uri') return urlOf(field);
  if (pattern !== undefined) return code(pattern.replace(/^\^|\$$/g, ''));
  if (described.type === 'string') return minLength > 1 ? `text, at least ${minLength} characters` : 'text';
  return numberOf(described);
}

function listOf(field: z.ZodType, { prefixItems, enum: words, format }: Described): string {
  if (prefixItems !== undefined) return `lists of ${urlOf(field)}s`;
  if (words !== undefined) return `list of ${words.map(code).join(', ')}`;
  return `list of ${format === 'uri' ? `${urlOf(field)}s` : 'texts'}`;
}

/** JSON Schema has no word for the protocol; what the field answers to nonsense has. */
function urlOf(field: z.ZodType): string {
  const message = field.safeParse('nonsense').error?.issues[0]?.message;
  return /^must be an? (.*URL)$/.exec(message ?? '')?.[1] ?? 'URL';
}

function numberOf({ type, minimum, exclusiveMinimum, maximum = Infinity }: Described): string {
  const kind = type === 'integer' ? 'whole number' : 'number';
  const hasMaximum = maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && hasMaximum) return `${kind}, ${minimum} to ${maximum}`;
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(hasMaximum ? [`at most ${maximum}`] : []),
  ];
  return [kind, ...bounds].join(', ');
}

function defaultOf(field: z.ZodType, input: Described): string {
  if (input.default === '') return 'none';
  if (input.default !== undefined) return code(input.default);
  return field.safeParse(undefined).success ? 'none' : '**required**';
}
