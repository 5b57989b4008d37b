import { type FunctionSettings, type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { functionService } from '../stacks/function-service.ts';
import { networkOf } from '../stacks/lambda-settings.ts';
import { type Service, serviceOf } from '../stacks/service.ts';
import { codeFile, ServerlessFailed, serverlessTemplate, type Template } from './serverless-template.ts';

const keysOfFunction = 'https://github.com/oss-serverless/osls/blob/main/docs/guides/functions.md';

/** A line of Serverless: `at 'functions.get-order.tags': must be object` or `Function "get-order": when using ...` */
const placed = /(?:'functions\.|Function ")([\w-]+)([^'"]*)['"]: (.*)$/;

/** Keys of "extend" that Serverless refuses. */
export class ExtensionMistake extends UsageError {
  /** The functions that have the keys. */
  readonly functionNames: ReadonlySet<string>;

  constructor(mistakes: readonly { readonly functionName: string; readonly text: string }[]) {
    super(`${mistakes.map(({ text }) => text).join('; ')}. Keys of a function: ${keysOfFunction}`);
    this.functionNames = new Set(mistakes.map(({ functionName }) => functionName));
  }
}

/**
 * The templates of functions of one stage: each is what `serverless package` makes of the function's own service
 * ({@link functionService}), but Serverless runs once for all of them. It gets one service with every function, and the
 * template that it makes is taken apart.
 *
 * @throws ExtensionMistake that names the package.json, the key, and the reason of Serverless
 * @throws ServerlessFailed with the output of Serverless when it fails for another reason
 */
export async function functionTemplates(
  stage: Stage,
  functions: readonly PackedFunction[],
): Promise<Map<string, Template>> {
  if (functions.length === 0) return new Map();
  const services = functions.map((packed) => ({ packed, ...functionService(stage, packed) }));
  try {
    const together = await serverlessTemplate(serviceWith(stage, services));
    return new Map(
      services.map(({ packed, service }) => [packed.name, partOf(together, service, functions, packed.name)]),
    );
  } catch (error) {
    throw (error instanceof ServerlessFailed && mistakeIn(error.message, functions)) || error;
  }
}

interface OwnService {
  readonly packed: PackedFunction;
  readonly service: Service;
}

/** One service of all functions: each has by itself what the provider of its own service gives it. */
function serviceWith(stage: Stage, services: readonly OwnService[]): Service {
  const [first] = services as [OwnService];
  const { vpc: _, architecture: __, logs: ___, stackTags: ____, ...provider } = first.service.provider;
  const definitions = services.map(({ packed, service }) => {
    const own = (service.functions as Record<string, object>)[packed.name];
    const { logs, architecture } = service.provider;
    const vpc = networkOf(stage, packed.settings) ?? false;
    return [packed.name, { logs: (logs as { lambda: object }).lambda, ...own, architecture, vpc }];
  });
  return serviceOf(stage, 'functions', {
    provider,
    package: { artifact: codeFile },
    functions: Object.fromEntries(definitions),
  });
}

/** The part of the common template that Serverless would have made of a function's own service. */
function partOf(
  together: Template,
  service: Service,
  functions: readonly PackedFunction[],
  name: string,
): Template {
  const prefixes = functions.map((one) => prefixOf(one.name)).sort((a, b) => b.length - a.length);
  const isOwn = (logicalId: string) =>
    prefixes.find((prefix) => logicalId.startsWith(prefix)) === prefixOf(name);
  const own = <Value>(all: Readonly<Record<string, Value>> = {}) =>
    Object.fromEntries(Object.entries(all).filter(([logicalId]) => isOwn(logicalId)));
  const { Resources: ofService } = service.resources as { Resources: Template['Resources'] };
  const { ServerlessDeploymentBucketName: bucket } = (together.Outputs ?? {}) as Record<
    string,
    { readonly Value: string }
  >;
  const exported = `sls-${service.service}-${service.provider.stage}-ServerlessDeploymentBucketName`;
  return {
    ...together,
    Resources: { ...own(together.Resources), ...ofService },
    Outputs: {
      ...own(together.Outputs),
      ServerlessDeploymentBucketName: { ...bucket, Export: { Name: exported } },
    },
  };
}

/** `get-order` -> `GetDashorder`, with which Serverless begins the ids of all resources of a function. */
function prefixOf(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}`;
}

type Extension = NonNullable<FunctionSettings['extend']>[number];

/** @returns an error with all lines of Serverless that name a key of "extend"; undefined when there is none */
function mistakeIn(output: string, functions: readonly PackedFunction[]): ExtensionMistake | undefined {
  const mistakes = output.split('\n').flatMap((line) => {
    const [, functionName = '', path = '', reason = ''] = placed.exec(line) ?? [];
    const extend: readonly Extension[] =
      functions.find(({ name }) => name === functionName)?.settings.extend ?? [];
    const found = extend.findLast(({ keys }) => Object.keys(keys).some((key) => isNamed(key, path, reason)));
    if (!found) return [];
    return [{ functionName, text: `${found.root}/package.json: "lambda.extend${path}": ${reason}` }];
  });
  return mistakes.length > 0 ? new ExtensionMistake(mistakes) : undefined;
}

/** At `.kmsKeyArn`, `unrecognized property 'kmsKey'` or `when using fileSystemConfig, ensure` */
function isNamed(key: string, path: string, reason: string): boolean {
  if (path) return path === `.${key}` || path.startsWith(`.${key}.`);
  return [`'${key}'`, ` ${key}, `].some((name) => reason.includes(name));
}
