import { ApiGatewayV2Client, GetIntegrationsCommand } from '@aws-sdk/client-apigatewayv2';
import type { Stage } from '@nanoservices/model';
import type { LiveVersion } from '@nanoservices/postgres/admin';
import type { LiveFunctions } from '../live/live-functions.ts';
import type { Stack, Stacks } from '../live/stacks.ts';
import { functionName, liveAlias, stackName } from '../stacks/names.ts';

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
  const ApiId = await stacks.resourceId(stackName(stage, 'api'), 'HttpApi');
  if (!ApiId) return new Set();
  const client = new ApiGatewayV2Client({ region: stage.region, maxAttempts: 8 });
  const target = new RegExp(`function:${functionName(stage, '([a-z0-9-]+)')}:${liveAlias}/invocations$`);
  const routed = new Set<string>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetIntegrationsCommand({ ApiId, MaxResults: '500', NextToken }));
    for (const { IntegrationUri = '' } of page.Items ?? []) {
      const name = target.exec(IntegrationUri)?.[1];
      if (name) routed.add(name);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return routed;
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
