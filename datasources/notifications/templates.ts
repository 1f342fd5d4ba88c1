import { z } from 'zod';
import { instant, jsonCodec } from '../../src/cache/codec.ts';
import type { CachePolicy } from '../../src/cache/policy.ts';
import { violatedConstraint } from '../../src/database/failures.ts';
import { byKey, onlyRow } from '../../src/database/rows.ts';
import { sql, type Queryable } from '../../src/database/sql.ts';
import { about, done, refused, type Outcome } from '../../src/errors/refusal.ts';
import { keyOf, type TableChanges } from '../../src/store/table-changes.ts';
import type { Store } from '../../src/store/store.ts';
import { checkTemplate, type TemplateFault } from './template-checks.ts';

export const channels = ['EMAIL', 'SMS', 'PUSH'] as const;
export const categories = ['SECURITY', 'TRANSACTIONAL', 'PROMOTIONAL'] as const;
export type Channel = (typeof channels)[number];
export type Category = (typeof categories)[number];

const template = z.object({
  id: z.string(),
  name: z.string(),
  channel: z.enum(channels),
  category: z.enum(categories),
  subject: z.string().nullable(),
  body: z.string(),
  updatedAt: instant,
});

/** A text with variables, for one channel. */
export type Template = z.output<typeof template>;

/** Few, and read by every send. */
export const templatePolicy: CachePolicy<string, Template> = {
  name: 'template',
  version: 1,
  key: (id) => id,
  freshForMs: 24 * 3_600_000,
  staleForMs: 60_000,
  staleIfErrorMs: 3_600_000,
  missingForMs: 60_000,
  tiers: 'l1+redis',
  strict: false,
  codec: jsonCodec(template),
};

/** One row, one entry. */
export const templateChanges: TableChanges<'id'> = {
  table: 'notification_templates',
  columns: ['id'],
  keys: ({ id }) => [keyOf(templatePolicy, id)],
};

export type TemplateValues = Omit<Template, 'id' | 'updatedAt'>;
type TemplateRefusal = TemplateFault | 'TEMPLATE_NAME_TAKEN';

export function createTemplates({ store }: { readonly store: Store }) {
  const templates = store.cached(templatePolicy, selectTemplates);

  return {
    get: templates.load,
    getMany: templates.loadMany,

    /** Makes one, or changes the one with the id. The value is undefined where there is none with this id. */
    async save(
      id: string | undefined,
      values: TemplateValues,
    ): Promise<Outcome<Template | undefined, TemplateRefusal>> {
      const refusals = checkTemplate(values);
      if (refusals.length > 0) return refused(...refusals);
      try {
        const saved = await store.write(async (tx, changed) => {
          const row =
            id === undefined ? await insertTemplate(tx, values) : await updateTemplate(tx, id, values);
          // A new row may be remembered as missing.
          if (row !== undefined) changed(templatePolicy, row.id);
          return row;
        });
        return done(saved);
      } catch (error) {
        if (violatedConstraint(error) === 'notification_templates_name_key') return refused(nameTaken);
        throw error;
      }
    },

    /** The ids of all, up to 1,000: what every send needs one of. */
    listIds: (): Promise<readonly string[]> => store.read(selectTemplateIds),
  };
}

const nameTaken = about(
  'name',
  'TEMPLATE_NAME_TAKEN',
  'Somebody has given another template this name already.',
);

async function selectTemplates(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Template>> {
  const rows = await db.rows<Template>(sql`
    SELECT id::text, name, channel, category, subject, body, updated_at AS "updatedAt"
    FROM notification_templates WHERE id = ANY(${ids}::bigint[])`);
  return byKey(rows, (row) => row.id);
}

async function selectTemplateIds(db: Queryable): Promise<readonly string[]> {
  const rows = await db.rows<{ id: string }>(sql`SELECT id::text FROM notification_templates LIMIT 1000`);
  return rows.map(({ id }) => id);
}

async function insertTemplate(tx: Queryable, values: TemplateValues): Promise<Template | undefined> {
  const rows = await tx.rows<Template>(sql`
    INSERT INTO notification_templates (name, channel, category, subject, body)
    VALUES (${values.name.trim()}, ${values.channel}, ${values.category}, ${values.subject}, ${values.body})
    RETURNING id::text, name, channel, category, subject, body, updated_at AS "updatedAt"`);
  return onlyRow(rows);
}

async function updateTemplate(
  tx: Queryable,
  id: string,
  values: TemplateValues,
): Promise<Template | undefined> {
  const rows = await tx.rows<Template>(sql`
    UPDATE notification_templates SET name = ${values.name.trim()}, channel = ${values.channel},
      category = ${values.category}, subject = ${values.subject}, body = ${values.body}, updated_at = now()
    WHERE id = ${id}::bigint
    RETURNING id::text, name, channel, category, subject, body, updated_at AS "updatedAt"`);
  return onlyRow(rows);
}
