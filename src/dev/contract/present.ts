import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'graphql';
import { projectRoot } from '../../config/project-root.ts';
import type { Contract } from './gate.ts';
import { readAccepted, readReleases } from './releases.ts';

const root = projectRoot(import.meta.url);

export const releasesFolder = path.join(root, 'schema/releases');

/** The contract as it is printed, which `check:codegen` keeps up to date. */
export const readPresentSdl = (): string =>
  readFileSync(path.join(root, 'schema/generated/schema.graphql'), 'utf8');

/** This project's own, to be judged as of now. */
export const readContract = (): Contract => ({
  releases: readReleases(releasesFolder),
  present: parse(readPresentSdl()),
  accepted: readAccepted(releasesFolder),
  today: new Date().toISOString().slice(0, 10),
});
