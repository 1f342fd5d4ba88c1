import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addRelease, readAccepted, readReleases } from './releases.ts';

const sdl = 'type Query { ok: Boolean }';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'releases-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const accept = (...entries: readonly unknown[]) =>
  writeFileSync(path.join(folder, 'accepted-changes.json'), JSON.stringify(entries));

describe('releases', () => {
  it('are all kept, and read in the order of their versions', () => {
    accept();
    for (const version of ['0.9.0', '0.10.0', '1.0.0']) addRelease(folder, version, sdl);
    expect(readReleases(folder).map(({ version }) => version)).toEqual(['0.9.0', '0.10.0', '1.0.0']);
  });

  it.each(['1.2.0', '1.1.9', '0.9.9'])('do not go back or overwrite: %s after 1.2.0', (version) => {
    addRelease(folder, '1.2.0', sdl);
    expect(() => addRelease(folder, version, 'type Query { other: Int }')).toThrow('not higher than 1.2.0');
    expect(readdirSync(folder)).toEqual(['1.2.0.graphql']);
    expect(readFileSync(path.join(folder, '1.2.0.graphql'), 'utf8')).toBe(sdl);
  });

  it.each(['', '1.2', 'v1.2.3', '1.2.3-beta', '../1.2.3'])(
    'have versions of three numbers, and not "%s"',
    (version) => {
      expect(() => addRelease(folder, version, sdl)).toThrow('is no version');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('stand alone in their folder', () => {
    writeFileSync(path.join(folder, 'next.graphql'), sdl);
    expect(() => readReleases(folder)).toThrow('next.graphql is neither a release');
  });
});

describe('accepted changes', () => {
  const entry = {
    since: '1.0.0',
    change: 'Query.a was removed.',
    reason: 'Nobody asks for it.',
    decidedOn: '2026-11-22',
    decidedBy: 'the shop team',
  };

  it('are none where there is no file', () => {
    expect(readAccepted(folder)).toEqual([]);
  });

  it('are read with their reason, their day and who decided', () => {
    accept(entry);
    expect(readAccepted(folder)).toEqual([entry]);
  });

  it.each(Object.keys(entry))('are refused without their %s', (key) => {
    accept({ ...entry, [key]: undefined });
    expect(() => readAccepted(folder)).toThrow(key);
  });

  it('are refused where the reason is empty, or the day is none', () => {
    accept({ ...entry, reason: ' ', decidedOn: '2026-02-30' });
    expect(() => readAccepted(folder)).toThrow(/reason[^]*decidedOn/);
  });
});
