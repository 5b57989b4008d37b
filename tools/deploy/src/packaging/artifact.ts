import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionService, renderService, type Service, type Stage } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { checkFunction } from '../settings/budgets.ts';
import type { WorkspaceFunction } from '../settings/read-deployment.ts';
import { zip } from './zip.ts';

/** A function as it would be deployed to a stage. */
export interface Artifact {
  readonly zip: Uint8Array;
  /** As Lambda gives it: the base64 of the SHA-256 of the zip. */
  readonly codeSha256: string;
  /** A hash of everything but the code. */
  readonly configuration: string;
  /** The folder with its serverless.yml. */
  readonly serviceFolder: string;
}

/**
 * Writes `artifact/function.zip`, and `artifact/<stage>/serverless.yml` for each stage.
 *
 * @throws UsageError when the function is not built, or is beyond a limit of Lambda
 */
export function packageFunction(
  workspaceRoot: string,
  deployed: WorkspaceFunction,
  stages: readonly Stage[],
): void {
  const { name, root } = deployed;
  const bundle = join(workspaceRoot, root, 'dist/handler.mjs');
  if (!existsSync(bundle)) throw new UsageError(`${name} is not built: npx nx run ${name}:build`);
  const code = readFileSync(bundle);
  const zipped = zip({ 'handler.mjs': code });
  const services = stages.map((stage) => {
    const { service } = functionService(stage, deployed);
    const environment = environmentOf(service, name);
    const sizes = { unzippedBytes: code.length, zippedBytes: zipped.length };
    checkFunction(stage, { name, environment, ...sizes });
    return { stage, service };
  });
  const folder = artifactFolder(workspaceRoot, deployed);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'function.zip'), zipped);
  for (const { stage, service } of services) writeService(join(folder, stage.name), service, deployed);
}

/**
 * Reads the artifact of a function, and writes its serverless.yml for the stage anew: the settings may be newer.
 *
 * @throws UsageError when the function is not packaged
 */
export function readArtifact(workspaceRoot: string, stage: Stage, deployed: WorkspaceFunction): Artifact {
  const { name } = deployed;
  const folder = artifactFolder(workspaceRoot, deployed);
  const file = join(folder, 'function.zip');
  if (!existsSync(file)) throw new UsageError(`${name} is not packaged: npx nx run ${name}:package`);
  const zipped = readFileSync(file);
  const { service, configuration } = functionService(stage, deployed);
  const serviceFolder = join(folder, stage.name);
  writeService(serviceFolder, service, deployed);
  return {
    zip: zipped,
    codeSha256: createHash('sha256').update(zipped).digest('base64'),
    configuration,
    serviceFolder,
  };
}

function artifactFolder(workspaceRoot: string, { root }: WorkspaceFunction): string {
  return join(workspaceRoot, root, 'artifact');
}

function writeService(folder: string, service: Service, { name }: WorkspaceFunction): void {
  const comment = `Made by \`nx run ${name}:package\` from the contracts, package.json, functions/topology.json and\nfunctions/stages.json. \`deploy\` publishes a version, and points the alias "live" to it once it has answered.`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'serverless.yml'), renderService(service, comment));
}

function environmentOf(service: Service, name: string): Record<string, string> {
  const functions = service.functions as Record<string, { environment: Record<string, string> }>;
  return functions[name]?.environment ?? {};
}
