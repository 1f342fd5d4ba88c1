import { projectRoot } from '../../src/config/project-root.ts';

/** It has a package.json of its own. */
export const benchFolder = projectRoot(import.meta.url);
