import { UsageError, type Workspace } from '@nanoservices/model';
import { type OpenApiDocument, openApiDocument } from './openapi/document.ts';

/**
 * Makes the OpenAPI document of a workspace's API. Title and version are those of the root package.json.
 *
 * @throws UsageError when JSON Schema cannot express a schema, such as a Map
 */
export async function apiDocument({
  manifest,
  contracts,
  documentation,
}: Pick<Workspace, 'manifest' | 'contracts' | 'documentation'>): Promise<OpenApiDocument> {
  const documented = await documentation();
  const info = { title: manifest.name, version: manifest.version };
  try {
    return openApiDocument([...contracts.values()], info, documented);
  } catch (error) {
    throw new UsageError(`The contracts have no OpenAPI document. ${(error as Error).message}`);
  }
}
