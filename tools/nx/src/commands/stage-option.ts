import { readPreviews, readStage, type Stage, UsageError } from '@nanoservices/model';

/** The option of all commands that work on a stage. */
export const stageOption = {
  stage: { type: 'string', value: 'STAGE', description: 'one of stages.json' },
} as const;

/** The option of all commands that work on a packed application. */
export const topologyOption = {
  topology: {
    type: 'string',
    value: 'NAME',
    description: 'instead of the active one in topology.json, or NANO_TOPOLOGY',
  },
} as const;

/** @throws UsageError when no stage is named */
export function requireStage(stage: string | undefined): string {
  if (stage) return stage;
  throw new UsageError('Which stage? Add --stage, with one of stages.json.');
}

/**
 * Reads a stage, or the previews of a pattern: the one of `pr-12` is that of `pr-*`.
 *
 * @throws UsageError with the choices when there is no such stage
 */
export function findStageOrPattern(workspaceRoot: string, name: string): Stage {
  const previews = readPreviews(workspaceRoot);
  const named = (wanted: string) => previews.find((one) => one.name === wanted);
  if (named(name)) return named(name) as Stage;
  const stage = readStage(workspaceRoot, name);
  return stage.preview ? (named(stage.preview.pattern) as Stage) : stage;
}
