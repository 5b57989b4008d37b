import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionFiles, zip } from '@nanoservices/build';
import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { checkCode, checkFunctions } from '../stacks/function-limits.ts';
import { functionService } from '../stacks/function-service.ts';

/** A packaged function, ready to be deployed to a stage. */
export interface Artifact {
  readonly zip: Uint8Array;
  /** The SHA-256 of the zip in base64, the form that Lambda reports. */
  readonly codeSha256: string;
  /** The hash of everything but the code. */
  readonly configuration: string;
}

/**
 * Writes `artifact/function.zip`, in place of everything that an earlier run left in the folder.
 *
 * @throws UsageError when the function is not built, exceeds a limit of Lambda, or needs a package that does not come for Lambda
 */
export async function packageCode(
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
  checkCode(name, { unzippedBytes, zippedBytes: zipped.length });
  for (const stage of stages) checkFunctions(stage, [packed]);
  const folder = artifactFolder(workspaceRoot, packed);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'function.zip'), zipped);
}

/**
 * Reads the artifact of a function for a stage. The settings may be newer than the zip.
 *
 * @throws UsageError when the function is not packaged
 */
export function readArtifact(workspaceRoot: string, stage: Stage, packed: PackedFunction): Artifact {
  const { name } = packed;
  const file = join(artifactFolder(workspaceRoot, packed), 'function.zip');
  if (!existsSync(file)) throw new UsageError(`${name} is not packaged: npx nx run ${name}:package`);
  const zipped = readFileSync(file);
  const { configuration } = functionService(stage, packed);
  return {
    zip: zipped,
    codeSha256: createHash('sha256').update(zipped).digest('base64'),
    configuration,
  };
}

/** The folder with the zip, and a folder for each stage. */
export function artifactFolder(workspaceRoot: string, { root }: Pick<PackedFunction, 'root'>): string {
  return join(workspaceRoot, root, 'artifact');
}
