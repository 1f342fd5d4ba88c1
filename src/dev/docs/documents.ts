import { authorisationDocument } from '../../testing/authorisation/document.ts';
import path from 'node:path';
import { projectRoot } from '../../config/project-root.ts';
import { cachePoliciesDraft } from './cache-policies.ts';
import { dashboardPath, dashboards, toGrafana } from '../monitoring/dashboards/dashboards.ts';
import { configurationDraft } from './configuration.ts';
import { costDraft } from './cost.ts';
import { errorsDraft } from './errors.ts';
import { compose, layOut, type Draft } from './markdown.ts';
import { metricsDraft } from './metrics.ts';
import { operationsDraft } from './operations.ts';

/** A generated file, to be committed as it stands. */
export interface GeneratedDocument {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

export const root = projectRoot(import.meta.url);

/** Every generated document, one line each: a draft, or the whole text where it is made elsewhere. */
const makers: Readonly<Record<string, () => Draft | Promise<Draft | string>>> = {
  'docs/configuration.md': configurationDraft,
  'docs/cost.md': costDraft,
  'docs/errors.md': errorsDraft,
  'docs/cache-policies.md': cachePoliciesDraft,
  'docs/metrics.md': metricsDraft,
  'docs/operations.md': operationsDraft,
  'docs/authorisation.md': authorisationDocument,
  ...Object.fromEntries(
    dashboards.map((each) => [dashboardPath(each), () => Promise.resolve(JSON.stringify(toGrafana(each)))]),
  ),
};

export function generateDocuments(): Promise<readonly GeneratedDocument[]> {
  return Promise.all(
    Object.entries(makers).map(async ([file, make]) => {
      const made = await make();
      const markdown = typeof made === 'string' ? made : compose(made);
      return { path: file, text: await layOut(path.join(root, file), markdown) };
    }),
  );
}
