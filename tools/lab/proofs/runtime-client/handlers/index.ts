import { ends } from './ends.ts';
import { errors } from './errors.ts';
import { inits } from './inits.ts';
import { logs } from './logs.ts';
import { results } from './results.ts';
import type { SmallHandler } from './small-handler.ts';
import { surroundings } from './surroundings.ts';

export type { SmallHandler } from './small-handler.ts';

/** All small handlers. */
export const smallHandlers: readonly SmallHandler[] = [
  ...results,
  ...errors,
  ...inits,
  ...ends,
  ...logs,
  ...surroundings,
];
