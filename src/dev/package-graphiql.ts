import path from 'node:path';
import { projectRoot } from '../config/project-root.ts';
import { copyAssets } from '../http/graphiql/assets.ts';

// A step of `npm run build`: what is compiled serves GraphiQL from here, without the packages that it comes from.
await copyAssets(path.join(projectRoot(import.meta.url), 'dist/graphiql'));
