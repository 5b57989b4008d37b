import { relative } from 'node:path';
import { UsageError } from '@nanoservices/model';
import { environmentFiles, readFiles } from './environment.ts';

/** The end of a tunnel to the database of one stage. In a file it would count for every stage. */
const ofOneStage = 'DEPLOY_DATABASE_URL';

/**
 * Checks that no .env file sets the database of a stage. Nx puts the variables of these files into the environment of its
 * tasks, so the files are checked.
 *
 * @throws UsageError that names the file
 */
export async function refuseStageVariables(workspaceRoot: string): Promise<void> {
  for (const file of environmentFiles(workspaceRoot)) {
    const variables: NodeJS.ProcessEnv = {};
    await readFiles([file], variables);
    if (variables[ofOneStage] === undefined) continue;
    throw new UsageError(
      `${relative(workspaceRoot, file)}: ${ofOneStage} would count for every stage. Remove it, and set it for one command: ${ofOneStage}=postgres://... npx nanos deploy --stage ...`,
    );
  }
}
