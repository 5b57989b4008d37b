import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { functionFiles, zip } from '@nanoservices/build';
import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { checkFunction, type FunctionSizes } from '../stacks/budgets.ts';
import { functionService } from '../stacks/function-service.ts';
import { renderService, type Service } from '../stacks/service.ts';

/** A packaged function, ready to be deployed to a stage. */
export interface Artifact {
  readonly zip: Uint8Array;
  /** The SHA-256 of the zip in base64, the form that Lambda reports. */
  readonly codeSha256: string;
  /** The hash of everything but the code. */
  readonly configuration: string;
  /** The folder with its serverless.yml. */
  readonly serviceFolder: string;
}

/**
 * Writes `artifact/function.zip`, and `artifact/<stage>/serverless.yml` for each stage.
 *
 * @throws UsageError when the function is not built, exceeds a limit of Lambda, or needs a package that does not come for Lambda
 */
export async function packageFunction(
  workspaceRoot: string,
  packed: PackedFunction,
  stages: readonly Stage[],
): Promise<void> {
  const { name } = packed;
  const bundle = join(workspaceRoot, packed.bundle);
  if (!existsSync(bundle)) throw new UsageError(`${name} is not built: npx nx run ${name}:build`);
  const files = await functionFiles(workspaceRoot, packed);
  const zipped = zip(files);
  const unzippedBytes = Object.values(files).reduce((sum, { bytes }) => sum + bytes.length, 0);
  const services = stages.map((stage) => {
    const { service } = functionService(stage, packed);
    const sizes = { unzippedBytes, zippedBytes: zipped.length };
    checkFunction(stage, name, { ...configurationIn(service, name), ...sizes });
    return { stage, service };
  });
  const folder = artifactFolder(workspaceRoot, packed);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'function.zip'), zipped);
  for (const { stage, service } of services)
    writeService(join(folder, stage.name), service, stage.file, packed);
}

/**
 * Reads the artifact of a function, and rewrites its serverless.yml for the stage: the settings may be newer.
 *
 * @throws UsageError when the function is not packaged
 */
export function readArtifact(workspaceRoot: string, stage: Stage, packed: PackedFunction): Artifact {
  const { name } = packed;
  const folder = artifactFolder(workspaceRoot, packed);
  const file = join(folder, 'function.zip');
  if (!existsSync(file)) throw new UsageError(`${name} is not packaged: npx nx run ${name}:package`);
  const zipped = readFileSync(file);
  const { service, configuration } = functionService(stage, packed);
  const serviceFolder = join(folder, stage.name);
  writeService(serviceFolder, service, stage.file, packed);
  return {
    zip: zipped,
    codeSha256: createHash('sha256').update(zipped).digest('base64'),
    configuration,
    serviceFolder,
  };
}

function artifactFolder(workspaceRoot: string, { root }: PackedFunction): string {
  return join(workspaceRoot, root, 'artifact');
}

function writeService(folder: string, service: Service, stageFile: string, { name }: PackedFunction): void {
  const comment = `Made by \`nx run ${name}:package\` from the contracts, package.json, ${dirname(stageFile)}/topology.json and\n${stageFile}. \`deploy\` publishes a version, and points the alias "live" to it once it has answered.`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'serverless.yml'), renderService(service, comment));
}

function configurationIn(
  service: Service,
  name: string,
): Pick<FunctionSizes, 'environment' | 'description' | 'role'> {
  const functions = service.functions as Record<string, Pick<FunctionSizes, 'environment' | 'description'>>;
  const { environment = {}, description = '' } = functions[name] ?? {};
  return { environment, description, role: service.resources };
}
