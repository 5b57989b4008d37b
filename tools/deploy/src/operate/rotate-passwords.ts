import { type Stage, UsageError } from '@nanoservices/model';
import { rotatePasswords as rotate } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { requireAccount } from '../live/account.ts';
import { Stacks } from '../live/stacks.ts';
import { functionStacks } from './deployed-stage.ts';

export interface RotateRequest {
  readonly stage: Stage;
  /** Names of functions; empty for all deployed functions that use the database. */
  readonly names: readonly string[];
  /** Called with each function that has its new password. */
  readonly rotated: (functionName: string) => void;
}

/**
 * Gives the roles of deployed functions new passwords. No request fails: running environments keep their connections, and read the new
 * password when they open another one. When it stops in between, the functions reported have new passwords, and all others have
 * theirs.
 *
 * @throws UsageError when a function is not deployed or has no role, or the database cannot be used
 */
export async function rotatePasswords({ stage, names, rotated }: RotateRequest): Promise<void> {
  await requireAccount(stage);
  const deployed = [...(await functionStacks(new Stacks(stage.region), stage)).keys()];
  const unknown = names.find((name) => !deployed.includes(name));
  if (unknown) {
    throw new UsageError(
      `${unknown} is not deployed to ${stage.name}. There are: ${deployed.join(', ') || 'none'}.`,
    );
  }
  const database = await stageDatabase(stage);
  const wanted = names.length > 0 ? names : deployed;
  const refuseWithoutRole = (without: readonly string[]) => {
    const named = without.filter((name) => names.includes(name));
    if (named.length === 0) return;
    throw new UsageError(
      `${named.join(', ')} has no role in the database of ${stage.name}: it declares no tables. Nothing was changed.`,
    );
  };
  await whereReachable(database, () =>
    rotate(stage, database, wanted, { report: rotated, refuseWithoutRole }),
  );
}
