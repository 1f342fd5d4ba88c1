import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, type DocumentNode } from 'graphql';
import { z } from 'zod';
import { isDay } from './deprecation.ts';

/** A contract that clients were given. It never changes. */
export interface Release {
  /** `1.2.3` */
  readonly version: string;
  readonly document: DocumentNode;
}

/** A change that is not safe and was let through all the same, since the release that it changes. */
export interface AcceptedChange {
  readonly since: string;
  /** The change's sentence, as the gate prints it. */
  readonly change: string;
  readonly reason: string;
  readonly decidedOn: string;
  readonly decidedBy: string;
}

const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;
const acceptedFile = 'accepted-changes.json';

const day = z.string().refine(isDay, 'must be a day such as 2026-11-22');
const words = z.string().trim().min(1);
const acceptedChanges: z.ZodType<readonly AcceptedChange[]> = z.array(
  z.strictObject({
    since: z.string().regex(versionPattern),
    change: words,
    reason: words,
    decidedOn: day,
    decidedBy: words,
  }),
);

/** Every release in `folder`, the oldest first. Throws where something else lies there. */
export function readReleases(folder: string): readonly Release[] {
  return readdirSync(folder)
    .filter((file) => file !== acceptedFile)
    .map((file) => {
      const version = path.basename(file, '.graphql');
      if (!versionPattern.test(version) || file !== `${version}.graphql`)
        throw new Error(`${file} is neither a release nor ${acceptedFile}`);
      return { version, document: parse(readFileSync(path.join(folder, file), 'utf8')) };
    })
    .toSorted((one, other) => compareVersions(one.version, other.version));
}

/** None where there is no such file. Throws a `ZodError` where an entry lacks its reason, its day or who decided. */
export function readAccepted(folder: string): readonly AcceptedChange[] {
  const file = path.join(folder, acceptedFile);
  return existsSync(file) ? acceptedChanges.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
}

/** Keeps a contract as a release. Throws where the version is none, or not higher than all before; nothing is written then. */
export function addRelease(folder: string, version: string, sdl: string): string {
  if (!versionPattern.test(version)) throw new Error(`${version || 'nothing'} is no version such as 1.2.3`);
  const last = readReleases(folder).at(-1);
  if (last !== undefined && compareVersions(version, last.version) <= 0)
    throw new Error(`${version} is not higher than ${last.version}, which was released last`);
  const file = path.join(folder, `${version}.graphql`);
  writeFileSync(file, sdl, { flag: 'wx' });
  return file;
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)];
  return left.map((part, place) => part - (right[place] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

const partsOf = (version: string) => (versionPattern.exec(version) ?? []).slice(1).map(Number);
