import { fillEnvironment, type PackedFunction } from '@nanoservices/model';
import { localAccount, localRegion } from './local-account.ts';

/** @returns the environment variables that package.json files give a function, on this machine: its stage is `local` */
export function packageVariables({
  environment,
}: Pick<PackedFunction, 'environment'>): Record<string, string> {
  return fillEnvironment(environment, { stage: 'local', region: localRegion(), account: localAccount });
}
