import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
import { createClicks } from './clicks.ts';
import { createLinks } from './links.ts';
import { createShortening } from './shortening.ts';

/** The domain of short addresses. */
export const createLinksDomain = lazily({
  links: (dependencies: Dependencies) => createLinks(dependencies),
  shortening: (dependencies: Dependencies) => createShortening(dependencies),
  clicks: (dependencies: Dependencies) => createClicks(dependencies),
});
