import { LambdaClient, ListTagsCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Stage } from '@nanoservices/model';
import { Parameters } from '../live/parameters.ts';
import { type Stack, Stacks } from '../live/stacks.ts';
import { databaseUrlParameter, functionName, isResourceApi, stackName } from '../stacks/names.ts';
import { namePrefix } from './scope.ts';

/** The parts of a stage on AWS. Nothing but names with tags says what belongs to a stage, so it can be found again at any time. */
export interface StageContents {
  /** Stacks of HTTP APIs. The one with the domain, which others need, is last. */
  readonly apis: readonly Stack[];
  /** Stacks of functions. */
  readonly functions: readonly Stack[];
  /** Further stacks with the tags of the stage, and names that begin as its names do. */
  readonly others: readonly Stack[];
  /** Names of stacks with the tags of the stage that others made. They are no part of it. */
  readonly foreign: readonly string[];
  readonly platform: Stack | undefined;
  /** Names of parameters. The one with the connection string of the owner is last. */
  readonly parameters: readonly string[];
}

/** Finds stacks by their names and tags, and parameters by their path. */
export async function readContents(stage: Stage): Promise<StageContents> {
  const [tagged, parameters] = await Promise.all([
    new Stacks(stage.region).find({ application: stage.application, stage: stage.name }),
    parametersOf(stage),
  ]);
  const isOwn = ({ name }: Stack) => name.startsWith(namePrefix(stage));
  const stacks = tagged.filter(isOwn);
  const foreign = tagged.filter((one) => !isOwn(one)).map(({ name }) => name);
  const named = (part: string) => stacks.find(({ name }) => name === stackName(stage, part));
  const [api, platform] = [named('api'), named('platform')];
  const apis = [...stacks.filter(({ name }) => isResourceApi(stage, name)), ...(api ? [api] : [])];
  const functions = stacks.filter(({ tags }) => tags.function !== undefined);
  const others = stacks.filter((one) => ![...apis, ...functions, platform].includes(one));
  return { apis, functions, others, foreign, platform, parameters };
}

export function isEmpty(contents: StageContents): boolean {
  return stacksOf(contents).length === 0 && contents.parameters.length === 0;
}

/** All stacks, in the order in which they are removed. */
export function stacksOf({ apis, functions, others, platform }: StageContents): Stack[] {
  return [...apis, ...functions, ...others, ...(platform ? [platform] : [])];
}

async function parametersOf(stage: Stage): Promise<string[]> {
  const parameters = new Parameters(stage.region);
  const ownerUrl = databaseUrlParameter(stage);
  const [own, ofFunctions] = await Promise.all([
    parameters.below(`/${stage.application}/${stage.name}`, false),
    functionsWithUrl(stage),
  ]);
  const names = new Set([...own.keys(), ...ofFunctions.values()]);
  // Roles and database can be removed only as long as it is there.
  const hadOwnerUrl = names.delete(ownerUrl);
  return [...[...names].sort(), ...(hadOwnerUrl ? [ownerUrl] : [])];
}

/**
 * Finds the functions with a role in the database, by their parameters. Those elsewhere than below `/<application>/<stage>` may be
 * of another stage, so the role of the connection string counts.
 *
 * @returns the parameters by the functions' names in the workspace
 */
export async function functionsWithUrl(stage: Stage): Promise<Map<string, string>> {
  const path = databaseUrlParameter(stage);
  const found = await new Parameters(stage.region).below(path, true);
  const ofStage = [...found].flatMap(([parameter, { Value = '' }]) => {
    const name = parameter.slice(path.length + 1);
    return userOf(Value) === functionName(stage, name) ? [[name, parameter] as const] : [];
  });
  return new Map(ofStage);
}

function userOf(connectionString: string): string | undefined {
  try {
    return decodeURIComponent(new URL(connectionString).username);
  } catch {
    return undefined;
  }
}

/** Finds functions by the tags of the stage, also those without a stack. */
export async function findFunctions(stage: Stage): Promise<string[]> {
  const client = new LambdaClient({ region: stage.region, maxAttempts: 8 });
  const found: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName = '', FunctionArn } of Functions) {
      if (!FunctionName.startsWith(namePrefix(stage))) continue;
      const { Tags = {} } = await client.send(new ListTagsCommand({ Resource: FunctionArn }));
      if (Tags.application === stage.application && Tags.stage === stage.name) found.push(FunctionName);
    }
  }
  return found;
}
