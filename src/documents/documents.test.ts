import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../config/project-root.ts';
import { readTrust } from './documents.ts';

const own = path.join(projectRoot(import.meta.url), 'schema/generated/clients/persisted-documents.json');
const modeOf = (mode: 'off' | 'report' | 'enforce' | undefined, files: readonly string[]) =>
  readTrust({ TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FILES: [...files] }).mode;

it('whoever names manifests and nothing else is told, and locks nobody out', () => {
  expect(modeOf(undefined, [])).toBe('off');
  expect(modeOf(undefined, [own])).toBe('report');
  for (const mode of ['off', 'report', 'enforce'] as const) expect(modeOf(mode, [own])).toBe(mode);
});
