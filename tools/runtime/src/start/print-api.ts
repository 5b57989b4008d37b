/** `node print-api.ts <workspace root>`: prints the facts of all contracts as JSON; see read-api.ts. */
import { apiDocument } from '@nanoservices/api';
import { readWorkspace, UsageError, type Workspace } from '@nanoservices/model';
import type { ApiOfContracts } from './read-api.ts';

try {
  const workspace = await readWorkspace(process.argv[2] as string);
  const api: ApiOfContracts = { facts: [...workspace.facts.values()], ...(await document(workspace)) };
  console.log(JSON.stringify(api));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}

/** An API that cannot be documented can still be served. */
async function document(workspace: Workspace): Promise<Pick<ApiOfContracts, 'document' | 'undocumented'>> {
  try {
    return { document: JSON.stringify(await apiDocument(workspace)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { undocumented: error.message };
  }
}
