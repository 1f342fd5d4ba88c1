import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readText, root } from './compose.ts';

const dockerfile = readText('deploy/Dockerfile');
const ignored = readText('deploy/Dockerfile.dockerignore');
const { scripts, engines } = JSON.parse(readText('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};

it('runs what is built, as `npm run start:built` does', () => {
  const [, command = '[]'] = /^CMD (\[.+\])$/m.exec(dockerfile) ?? [];
  const words = JSON.parse(command) as readonly string[];
  expect(words.at(-1)).toBe(scripts['start:built']?.split(' ').at(-1));
  expect(words[0]).toBe('node');
  expect(dockerfile).toContain('npm run build');
});

it('is of one Node, which is supported', () => {
  const versions = [...dockerfile.matchAll(/^FROM node:(\d+)\.(\d+)\.\d+-/gm)].map(([, major]) =>
    Number(major),
  );
  expect(versions).toHaveLength(3);
  expect(new Set(versions).size).toBe(1);
  const oldest = Number(/\d+/.exec(engines.node)?.[0]);
  expect(versions[0]).toBeGreaterThanOrEqual(oldest);
  expect(versions[0]).toBeLessThanOrEqual(24);
});

it('does not run as root, and says whether it is alive', () => {
  expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK [^]*\/healthz/m);
  expect(readText('src/http/health.ts')).toContain("'/healthz'");
});

it('is sent no more than what it is built from, which is there', () => {
  const sent = ignored.split('\n').filter((line) => line.startsWith('!'));
  expect(ignored.split('\n').find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
  for (const line of sent) expect(existsSync(join(root, line.slice(1))), line).toBe(true);
  for (const needed of ['package-lock.json', 'tsconfig.build.json', 'deploy/assemble.sh', 'src', 'schema'])
    expect(sent).toContain(`!${needed}`);
  expect(sent.some((line) => /node_modules|\.git|\.env/.test(line))).toBe(false);
});
