import type { Dependencies } from '../dependencies.ts';
import { createClicks } from './clicks.ts';
import { createLinks } from './links.ts';

/** The domain of short addresses. */
export function createLinksDomain(dependencies: Dependencies) {
  return { links: createLinks(dependencies), clicks: createClicks(dependencies) };
}
