import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../config/project-root.ts';
import { defineScript, type Script } from '../redis/script.ts';

// From the project's root, because the compiler does not copy them.
const folder = join(projectRoot(import.meta.url), 'src/cache/scripts');
const source = (file: string) => readFileSync(join(folder, file), 'utf8');
const script = (name: string): Script =>
  defineScript({ name, keys: 1, lua: `${source('entry.lua')}\n${source(`${name}-1.lua`)}` });

/** The protocol over one entry; contracts in the heads of the files. */
export const scripts = {
  lease: script('lease'),
  fill: script('fill'),
  release: script('release'),
  renew: script('renew'),
  invalidate: script('invalidate'),
  dirty: script('dirty'),
  clean: script('clean'),
  put: script('put'),
  claim: script('claim'),
  refresh: script('refresh'),
  unclaim: script('unclaim'),
  stamp: script('stamp'),
  touch: script('touch'),
};
