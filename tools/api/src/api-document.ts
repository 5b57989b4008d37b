import { UsageError, type Workspace } from '@nanoservices/model';
import { type OpenApiDocument, openApiDocument } from './openapi/document.ts';

/**
 * Makes the OpenAPI document of a workspace's API. Title and version are those of functions/api.json, or of the root
 * package.json.
 *
 * @throws UsageError when JSON Schema cannot express a schema, such as a Map
 */
export async function apiDocument({
  manifest,
  api,
  contracts,
  documentation,
}: Pick<Workspace, 'manifest' | 'api' | 'contracts' | 'documentation'>): Promise<OpenApiDocument> {
  const documented = await documentation();
  const { title = manifest.name, version = versionOf(manifest), description } = api.info;
  const info = { title, version, ...(description !== undefined && { description }) };
  try {
    return openApiDocument([...contracts.values()], info, documented);
  } catch (error) {
    throw new UsageError(`The contracts have no OpenAPI document. ${(error as Error).message}`);
  }
}

/** OpenAPI wants a version. 0.0.0 is what a package has that is never published. */
function versionOf({ version }: Workspace['manifest']): string {
  return version === '0.0.0' ? 'unversioned' : version;
}
