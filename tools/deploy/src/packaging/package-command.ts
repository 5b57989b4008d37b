/** `node package-command.ts <endpoint or unit>`: makes the artifact of a function. See packageFunction(). */
import { existsSync } from 'node:fs';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { readDeployedFunction } from '../settings/read-deployment.ts';
import { readStages, stagesFile } from '../settings/read-stage.ts';
import { packageFunction } from './artifact.ts';

const workspaceRoot = process.cwd();
const [name = ''] = process.argv.slice(2);

try {
  const deployed = await readDeployedFunction(workspaceRoot, name);
  packageFunction(workspaceRoot, deployed, existsSync(stagesFile) ? readStages(workspaceRoot) : []);
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
