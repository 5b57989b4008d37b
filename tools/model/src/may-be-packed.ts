import { codeSettings } from './code-settings.ts';
import type { Endpoint } from './layout.ts';
import { refuseTwoValues } from './refuse-two-values.ts';
import { UsageError } from './usage-error.ts';

/** Tells if endpoints can be in one function without a decision of a person: their package.json files do not contradict each other. */
export function mayBePacked(endpoints: readonly Endpoint[]): boolean {
  const unit = { root: '', lambda: {} };
  try {
    refuseTwoValues({ ...unit, endpoints });
    codeSettings(unit, endpoints);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
