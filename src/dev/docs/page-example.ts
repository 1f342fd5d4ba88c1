import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './documents.ts';

/** What a page shows as its first block of JavaScript, as it stands there; within the project, where it finds its packages. */
export async function loadExample<Example>(page: string): Promise<Example> {
  const [, code = ''] = /```js\n([^]*?)```/.exec(readFileSync(path.join(root, page), 'utf8')) ?? [];
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(path.join(root, '.cache/example-'));
  try {
    writeFileSync(path.join(folder, 'example.mjs'), code);
    return (await import(pathToFileURL(path.join(folder, 'example.mjs')).href)) as Example;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
