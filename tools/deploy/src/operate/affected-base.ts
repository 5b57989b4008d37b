import { execFileSync } from 'node:child_process';
import { type PackedApplication, type Stage, UsageError } from '@nanoservices/model';
import { currentCommit, isCommitted } from '../deploy/current-commit.ts';
import { requireAccount } from '../live/account.ts';
import { DeployedCommit } from '../live/deployed-commit.ts';

/** A base for `nx affected -t deploy`, or the reason why there is none. */
export type AffectedBase = { readonly commit: string } | { readonly reason: string };

/**
 * Finds the commit with which `nx affected -t deploy` may compare: the one that the whole stage was deployed from. There is
 * none when a comparison would hide work: after a deployment that failed or was one of a part, with another topology, and
 * when the commit is no ancestor of the present one, as after a forced push and in a shallow clone.
 *
 * @param workspaceRoot - a git repository
 * @throws Failed when AWS cannot be used
 */
export async function affectedBase(
  workspaceRoot: string,
  stage: Stage,
  { topology }: Pick<PackedApplication, 'topology'>,
): Promise<AffectedBase> {
  await requireAccount(stage);
  const deployed = await new DeployedCommit(stage).read();
  if (!deployed) {
    return { reason: `No commit is known to be deployed to ${stage.name} completely` };
  }
  const { commit } = deployed;
  if (deployed.topology !== topology) {
    return { reason: `${stage.name} has the topology ${deployed.topology}, not ${topology}` };
  }
  if (!isAncestor(workspaceRoot, commit)) {
    return {
      reason: `${stage.name} was deployed from ${commit}, which is no ancestor of the present commit in this clone`,
    };
  }
  return { commit };
}

/**
 * Records that the whole stage is as the present commit says.
 *
 * @returns the commit
 * @throws UsageError when files differ from the commit, or there is no git
 * @throws Failed when AWS cannot be used
 */
export async function recordDeployedCommit(
  workspaceRoot: string,
  stage: Stage,
  { topology }: Pick<PackedApplication, 'topology'>,
): Promise<string> {
  const commit = currentCommit(workspaceRoot);
  if (!isCommitted(commit)) {
    throw new UsageError(`There is no commit to record: git describes this folder as ${commit}.`);
  }
  await requireAccount(stage);
  await new DeployedCommit(stage).write({ commit, topology });
  return commit;
}

function isAncestor(workspaceRoot: string, commit: string): boolean {
  try {
    execFileSync('git', ['merge-base', '--is-ancestor', commit, 'HEAD'], {
      cwd: workspaceRoot,
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
