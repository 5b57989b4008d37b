/** `node print-snapshot.ts <workspace root>`: prints the snapshot of an API as JSON; see commit-snapshot.ts. */
import { readWorkspace, UsageError } from '@nanoservices/model';
import { apiSnapshot } from './api-snapshot.ts';

try {
  const workspace = await readWorkspace(process.argv[2] as string);
  console.log(JSON.stringify(await apiSnapshot(workspace)));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
