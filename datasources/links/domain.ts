import type { Dependencies } from '../dependencies.ts';
import { createClicks } from './clicks.ts';
import { createLinks } from './links.ts';
import { createShortening } from './shortening.ts';

/** The domain of short addresses. */
export function createLinksDomain(dependencies: Dependencies) {
  return {
    links: createLinks(dependencies),
    shortening: createShortening(dependencies),
    clicks: createClicks(dependencies),
  };
}
