import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../config/project-root.ts';
import { defineScript, type Script } from '../redis/script.ts';

// From the project's root, because the compiler does not copy them.
const folder = join(projectRoot(import.meta.url), 'src/cache/scripts');
const source = (file: string) => readFileSync(join(folder, file), 'utf8');
const script = (name: string): Script =>
  defineScript({ name, keys: 1, lua: `${source('entry.lua')}\n${source(`${name}-1.lua`)}` });

/** The same for any number of keys. One that cannot be done, such as of a key that holds a list, is refused alone. */
const scriptPerKey = (name: string): Script =>
  defineScript({
    ...{ name, keys: 1, perKey: true },
    lua: `${source('entry.lua')}
local function one(KEYS, ARGV)
${source(`${name}-1.lua`)}
end
${source('each-key.lua')}`,
  });

/**
 * The protocol over one entry; contracts in the heads of the files. What readers do comes in crowds, many keys at a time: calls
 * of one turn are one command, where slots allow.
 */
export const scripts = {
  lease: scriptPerKey('lease'),
  fill: scriptPerKey('fill'),
  release: scriptPerKey('release'),
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
