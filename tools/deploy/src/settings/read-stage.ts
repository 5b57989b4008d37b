import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Stage, StagesFile } from '@nanoservices/platform';
import { readApiSettings } from '@nanoservices/workspace/api-settings';
import { readJson } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';

export const stagesFile = 'functions/stages.json';

/**
 * Reads all stages of functions/stages.json, with what functions/api.json says for all of them.
 *
 * @throws UsageError that names the file and the key
 */
export function readStages(workspaceRoot: string): Stage[] {
  if (!existsSync(join(workspaceRoot, stagesFile))) {
    throw new UsageError(
      `${stagesFile} is missing. It says where to deploy: { "application": "shop", "stages": { "dev": { "region": "eu-central-1" } } }`,
    );
  }
  const { application, stages } = readJson(workspaceRoot, stagesFile, StagesFile);
  const { cors } = readApiSettings(workspaceRoot);
  return Object.entries(stages).map(([name, stage]) => ({
    ...stage,
    cors: stage.cors ?? cors,
    application,
    name,
  }));
}

/** @throws UsageError when there is no such stage */
export function readStage(workspaceRoot: string, name: string): Stage {
  const stages = readStages(workspaceRoot);
  const stage = stages.find((one) => one.name === name);
  if (stage) return stage;
  const choices = stages.map((one) => one.name).join(', ') || 'none';
  throw new UsageError(`${stagesFile}: there is no stage "${name}". There are: ${choices}.`);
}
