import { type DeployedStage, deployedStages, expiryOf, requireAccount } from '@nanoservices/deploy';
import { readPreviews, readStage, readStages, type Stage, UsageError } from '@nanoservices/model';
import { exitCodes } from '../command-line/exit-codes.ts';
import type { StageOptions } from './stage-options.ts';
import { textTable } from './text-table.ts';

/** A deployed stage, with its settings. */
export interface ListedStage extends DeployedStage {
  /** Undefined when stages.json describes no such stage any more. */
  readonly settings: Stage | undefined;
  readonly expiresAt: Date | undefined;
}

/** `nanos stage list`: prints the deployed stages. */
export async function list(workspaceRoot: string, { json = false }: StageOptions): Promise<number> {
  const stages = await listStages(workspaceRoot);
  if (json) {
    console.log(
      JSON.stringify(
        stages.map(({ settings, ...one }) => ({ ...one, isInSettings: settings !== undefined })),
      ),
    );
    return exitCodes.done;
  }
  if (stages.length === 0) console.log('No stage is deployed.');
  else console.log(tableOf(stages, Date.now()));
  return exitCodes.done;
}

/**
 * Finds the deployed stages in all regions that stages.json names.
 *
 * @param asks - selects the stages whose last deployment is asked for; see {@link deployedStages}
 */
export async function listStages(
  workspaceRoot: string,
  asks: (settings: Stage | undefined) => boolean = () => true,
): Promise<ListedStage[]> {
  const settings = [...readStages(workspaceRoot), ...readPreviews(workspaceRoot)];
  const inRegions = [...new Map(settings.map((stage) => [stage.region, stage])).values()];
  const found = await Promise.all(
    inRegions.map(async (stage) => {
      await requireAccount(stage);
      const { application, region } = stage;
      return deployedStages(application, region, (name) => asks(settingsOf(workspaceRoot, { name, region })));
    }),
  );
  return found.flat().map((one) => {
    const stage = settingsOf(workspaceRoot, one);
    return { ...one, settings: stage, expiresAt: stage && expiryOf(stage, one) };
  });
}

function settingsOf(
  workspaceRoot: string,
  { name, region }: Pick<DeployedStage, 'name' | 'region'>,
): Stage | undefined {
  try {
    const stage = readStage(workspaceRoot, name);
    return stage.region === region ? stage : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function tableOf(stages: readonly ListedStage[], now: number): string {
  const rows = stages.map((one) => [
    one.name,
    one.region,
    `${one.functions}`,
    duration(now - one.createdAt.getTime()),
    expiry(one, now),
  ]);
  return textTable(['stage', 'region', 'functions', 'age', 'expiry'], rows);
}

function expiry({ settings, changedAt, expiresAt }: ListedStage, now: number): string {
  if (!settings) return 'not in stages.json';
  if (settings.preview?.ttlHours !== undefined && !changedAt)
    return 'unknown: no right to read its last deployment';
  if (!expiresAt) return '';
  const leftMs = expiresAt.getTime() - now;
  return leftMs > 0 ? `expires in ${duration(leftMs)}` : `expired ${duration(-leftMs)} ago`;
}

function duration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours > 0 ? `${hours} h` : `${Math.floor(ms / 60_000)} min`;
}
