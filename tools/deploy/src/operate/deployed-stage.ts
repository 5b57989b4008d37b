import { ApiGatewayV2Client, GetIntegrationsCommand } from '@aws-sdk/client-apigatewayv2';
import type { Stage } from '@nanoservices/model';
import type { LiveVersion } from '@nanoservices/postgres/admin';
import type { LiveFunctions } from '../live/live-functions.ts';
import type { Stack, Stacks } from '../live/stacks.ts';
import { domainTargetOutput } from '../stacks/domain.ts';
import { functionName, isResourceApi, liveAlias, stackName } from '../stacks/names.ts';

/** The stacks of all functions of a stage, by the functions' names in the workspace. */
export async function functionStacks(stacks: Stacks, stage: Stage): Promise<Map<string, Stack>> {
  const found = await stacks.find({ application: stage.application, stage: stage.name });
  const functions = found.filter((stack) => stack.tags.function !== undefined);
  return new Map(
    functions
      .map((stack) => [stack.tags.function as string, stack] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * The functions that the deployed API sends requests to. API Gateway is asked, not the template, which tells what was wanted.
 *
 * @see https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
 */
export async function routedFunctions(stacks: Stacks, stage: Stage): Promise<Set<string>> {
  const client = new ApiGatewayV2Client({ region: stage.region, maxAttempts: 8 });
  const target = new RegExp(`function:${functionName(stage, '([a-z0-9-]+)')}:${liveAlias}/invocations$`);
  const names = await deployedApis(stacks, stage);
  const ids = await Promise.all(names.map((name) => stacks.resourceId(name, 'HttpApi')));
  const integrations = ids.map((id) => (id === undefined ? [] : integrationsOf(client, id)));
  const uris = (await Promise.all(integrations)).flat();
  return new Set(uris.flatMap((uri) => target.exec(uri)?.[1] ?? []));
}

async function integrationsOf(client: ApiGatewayV2Client, ApiId: string): Promise<string[]> {
  const uris: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetIntegrationsCommand({ ApiId, MaxResults: '500', NextToken }));
    uris.push(...(page.Items ?? []).map(({ IntegrationUri = '' }) => IntegrationUri));
    NextToken = page.NextToken;
  } while (NextToken);
  return uris;
}

/** The names of the stacks with HTTP APIs: that of the stage, and those of resources. */
export async function deployedApis(stacks: Stacks, stage: Stage): Promise<string[]> {
  const name = stackName(stage, 'api');
  const first = await stacks.read(name);
  if (!first) return [];
  if (!(domainTargetOutput in first.outputs)) return [name];
  const found = await stacks.find({ application: stage.application, stage: stage.name });
  return [name, ...found.filter((stack) => isResourceApi(stage, stack.name)).map((stack) => stack.name)];
}

/** The live versions of all deployed functions that record their rights in the database. */
export async function liveVersions(
  stage: Stage,
  stacks: Stacks,
  functions: LiveFunctions,
): Promise<LiveVersion[]> {
  const names = [...(await functionStacks(stacks, stage)).keys()];
  const versions = names.map(async (name): Promise<LiveVersion[]> => {
    const revision = await functions.read(functionName(stage, name), liveAlias);
    return revision?.grants ? [{ functionName: name, grants: revision.grants }] : [];
  });
  return (await Promise.all(versions)).flat();
}
