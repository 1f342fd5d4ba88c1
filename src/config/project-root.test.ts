import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { projectRoot } from './project-root.ts';

it('is the nearest folder with a package.json, for sources and for what is compiled alike', () => {
  const root = projectRoot(import.meta.url);
  expect(existsSync(join(root, 'package.json'))).toBe(true);
  expect(projectRoot(pathToFileURL(join(root, 'dist/src/cache/scripts.js')).href)).toBe(root);
});

it('is refused where there is none', () => {
  expect(() => projectRoot('file:///nowhere/at/all.js')).toThrow('no package.json above');
});
