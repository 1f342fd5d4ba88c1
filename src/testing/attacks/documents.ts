import { amplified } from './amplified.ts';
import type { Attack } from './attack.ts';
import { curious } from './curious.ts';
import { oversized } from './oversized.ts';
import { poisoned } from './poisoned.ts';

/** Of an anonymous, whom nobody has to let in for it. */
export const attacks: readonly Attack[] = [...oversized, ...amplified, ...curious, ...poisoned];
