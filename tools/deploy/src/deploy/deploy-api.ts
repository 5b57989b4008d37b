import { type PackedApplication, UsageError } from '@nanoservices/model';
import type { DeploymentFiles } from '../live/deployment-files.ts';
import type { Leases } from '../live/lease.ts';
import type { LiveFunctions } from '../live/live-functions.ts';
import type { Stack } from '../live/stacks.ts';
import type { Template } from '../packaging/serverless-template.ts';
import { type ApiStack, apiStacks } from '../stacks/api-stacks.ts';
import { domainTargetOutput } from '../stacks/domain.ts';
import { functionName, isResourceApi, liveAlias, stackName } from '../stacks/names.ts';
import type { Decision } from './decide.ts';
import { type ChangedTarget, decideStack, deployStack, type StackTarget } from './deploy-stacks.ts';

export interface ApiTarget extends StackTarget {
  readonly application: PackedApplication;
  readonly functions: LiveFunctions;
}

/** An API, its stack on AWS, and what to do for it. */
interface ApiChange extends ApiStack {
  readonly stack: Stack | undefined;
  readonly decision: Decision;
}

interface ApiChanges {
  /** The stack with the domain, and the routes that no other has. */
  readonly first: ApiChange;
  /** The stacks of resources. */
  readonly others: readonly ApiChange[];
  /** The stacks of resources that have none any more: their names. */
  readonly obsolete: readonly string[];
}

/** Decides if the API has to be deployed. */
export async function planApi(target: ApiTarget): Promise<Decision> {
  return decisionOf(await apiChanges(target));
}

function decisionOf({ first, others, obsolete }: ApiChanges): Decision {
  const changed = [first, ...others].filter(({ decision }) => decision.action !== 'skip');
  const [change] = changed;
  if (!change && obsolete.length === 0) return first.decision;
  const reason = change?.decision.reason ?? 'routes or their targets changed';
  const isOne = others.length + obsolete.length === 0;
  if (isOne) return { action: 'full', reason };
  return {
    action: 'full',
    reason: `${reason} (${changed.length} of ${others.length + 1} HTTP APIs${obsolete.length > 0 ? `, ${obsolete.length} to remove` : ''})`,
  };
}

async function apiChanges({ stage, stacks, application, isForced }: ApiTarget): Promise<ApiChanges> {
  const change = async (api: ApiStack): Promise<ApiChange> => {
    const stack = await stacks.read(stackName(stage, api.part));
    return {
      ...api,
      stack,
      decision: decideStack(api.service, stack, isForced, 'routes or their targets changed'),
    };
  };
  const [first, ...others] = (await Promise.all(apiStacks(stage, application).map(change))) as [
    ApiChange,
    ...ApiChange[],
  ];
  // Without a domain, there was one API only.
  const mayHaveMore = stage.domain !== undefined || domainTargetOutput in (first.stack?.outputs ?? {});
  const found = mayHaveMore ? await stacks.find({ application: stage.application, stage: stage.name }) : [];
  const wanted = new Set(others.map(({ part }) => stackName(stage, part)));
  const obsolete = found.filter(({ name }) => isResourceApi(stage, name) && !wanted.has(name));
  return { first, others, obsolete: obsolete.map(({ name }) => name) };
}

/** The types of resources that an API needs beside its routes, and that take CloudFormation longest. */
const beforeRoutes = ['AWS::IAM::Role', 'AWS::Logs::LogGroup'];

/**
 * Makes role and log group of a stage's first API, while its functions are being deployed. There is no API yet, and so no route to a
 * function that is missing. {@link deployApi} makes the rest, or all of it when this fails.
 */
export async function prepareApi({
  stage,
  stacks,
  application,
  leases,
  beforeChange,
}: ApiTarget & ChangedTarget & { readonly leases: Leases }): Promise<void> {
  const name = stackName(stage, 'api');
  if (await stacks.read(name)) return;
  await leases.hold('api', async (assertHeld) => {
    const [first] = apiStacks(stage, application);
    if (!first || (await stacks.read(name))) return;
    const { Resources: all } = first.service.resources as { Resources: Template['Resources'] };
    const Resources = Object.entries(all).filter(([, { Type }]) => beforeRoutes.includes(Type));
    if (Resources.length === 0) return;
    await beforeChange();
    await stacks.deploy({
      name,
      template: { Resources: Object.fromEntries(Resources) },
      tags: first.service.provider.stackTags as Record<string, string>,
      assertHeld,
      say: () => {},
    });
  });
}

/**
 * Deploys the stacks of the HTTP APIs whose routes or targets changed. A request finds its route at any time: an API takes over a resource
 * when it has all its routes, and only then the others give them up.
 *
 * @throws UsageError when the function of a route is not deployed
 */
export async function deployApi(
  target: ApiTarget & ChangedTarget & { readonly leases: Leases; readonly files: DeploymentFiles },
  say: (step: string) => void,
): Promise<Decision> {
  const first = await planApi(target);
  if (first.action === 'skip') return first;
  return target.leases.hold('api', async (assertHeld) => {
    const changes = await apiChanges(target);
    const decision = decisionOf(changes);
    if (decision.action === 'skip') return decision;
    await requireFunctions(target);
    await target.beforeChange();
    await changeApis(target, changes, assertHeld, say);
    return decision;
  });
}

async function requireFunctions({ stage, application, functions }: ApiTarget): Promise<void> {
  const live = await Promise.all(
    application.functions.map(({ name }) => functions.read(functionName(stage, name), liveAlias)),
  );
  const missing = application.functions.find((_, index) => live[index] === undefined)?.name;
  if (missing === undefined) return;
  throw new UsageError(
    `The API would send requests to ${missing}, which is not deployed: npx nanos deploy ${missing} --stage ${stage.name}`,
  );
}

async function changeApis(
  target: StackTarget & { readonly files: DeploymentFiles },
  { first, others, obsolete }: ApiChanges,
  assertHeld: () => void,
  say: (step: string) => void,
): Promise<void> {
  const { stage, stacks, files } = target;
  const change = async ({ part, service, decision }: ApiChange) => {
    if (decision.action === 'skip') return;
    await deployStack(target, part, service, {
      files,
      assertHeld,
      say: (step) => say(others.length > 0 ? `${part}: ${step}` : step),
    });
  };
  const remove = async () => {
    for (const name of obsolete) {
      assertHeld();
      say(`removing ${name}`);
      await stacks.delete(name);
    }
  };
  // A mapping needs the domain.
  const hasDomain = domainTargetOutput in (first.stack?.outputs ?? {});
  if (stage.domain && !hasDomain) await change(first);
  // A domain with mappings cannot be deleted.
  if (!stage.domain) await remove();
  await changeAll(
    others.filter(({ stack }) => stack === undefined),
    change,
  );
  await changeAll(
    others.filter(({ stack }) => stack !== undefined),
    change,
  );
  if (!stage.domain || hasDomain) await change(first);
  if (stage.domain) await remove();
}

/** Number of stacks that are changed at once. */
const atOnce = 5;

/** Changes all, and then throws the first error, if there is one: no change is left under way. */
async function changeAll<Item>(items: readonly Item[], change: (item: Item) => Promise<void>): Promise<void> {
  const pending = [...items];
  const work = async () => {
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) await change(item);
  };
  const results = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
