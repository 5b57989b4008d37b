import { UsageError } from '@nanoservices/model';

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
