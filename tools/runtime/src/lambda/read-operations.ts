import { pathToFileURL } from 'node:url';
import { functionArn } from '../environment/function-configuration.ts';
import { describeAccount, describeAlias, describeFunction } from './descriptions.ts';
import { decoded, findFunction, findUnqualified, liveAlias } from './function-reference.ts';
import type { Lambda } from './lambda.ts';
import { pageOf } from './page.ts';
import { invalidParameter, notFound, oneOf, ServiceError } from './service-error.ts';

/** A request for a description. */
export interface ReadRequest {
  readonly lambda: Lambda;
  /** Segments of the path by their names in the API's model, percent-encoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** An operation that describes something. @throws ServiceError */
export type Read = (request: ReadRequest) => object;

/**
 * Answers to what SDKs, their waiters, the AWS CLI and deployment tools ask about functions. A local function has one version, one alias,
 * and nothing of what is optional.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export const readOperations: Readonly<Record<string, readonly [path: string, read: Read]>> = {
  GetAccountSettings: ['/2016-08-19/account-settings', ({ lambda }) => describeAccount(lambda.functions)],
  ListFunctions: ['/2015-03-31/functions', listFunctions],
  GetFunction: ['/2015-03-31/functions/{FunctionName}', getFunction],
  GetFunctionConfiguration: [
    '/2015-03-31/functions/{FunctionName}/configuration',
    (request) => {
      const { found, arn } = named(request);
      return describeFunction(found, { arn });
    },
  ],
  ListVersionsByFunction: ['/2015-03-31/functions/{FunctionName}/versions', listVersions],
  ListAliases: ['/2015-03-31/functions/{FunctionName}/aliases', listAliases],
  GetAlias: ['/2015-03-31/functions/{FunctionName}/aliases/{Name}', getAlias],
  GetFunctionConcurrency: [
    '/2019-09-30/functions/{FunctionName}/concurrency',
    (request) => {
      const { reservedConcurrency } = whole(request);
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },
  ],
  ListTags: ['/2017-03-31/tags/{Resource}', listTags],
  GetPolicy: ['/2015-03-31/functions/{FunctionName}/policy', absent],
  GetFunctionUrlConfig: ['/2021-10-31/functions/{FunctionName}/url', absent],
  ListFunctionUrlConfigs: ['/2021-10-31/functions/{FunctionName}/urls', none('FunctionUrlConfigs')],
  GetFunctionCodeSigningConfig: [
    '/2020-06-30/functions/{FunctionName}/code-signing-config',
    (request) => ({ FunctionName: whole(request).functionName }),
  ],
  GetFunctionEventInvokeConfig: [
    '/2019-09-25/functions/{FunctionName}/event-invoke-config',
    (request) => {
      const { arn, qualifier } = named(request);
      const version = qualifier === undefined ? `${arn}:$LATEST` : arn;
      throw notFound(`The function ${version} doesn't have an EventInvokeConfig`);
    },
  ],
  ListFunctionEventInvokeConfigs: [
    '/2019-09-25/functions/{FunctionName}/event-invoke-config/list',
    none('FunctionEventInvokeConfigs'),
  ],
  // ListProvisionedConcurrencyConfigs has the same path and the parameter List=ALL.
  GetProvisionedConcurrencyConfig: [
    '/2019-09-30/functions/{FunctionName}/provisioned-concurrency',
    (request) => {
      named(request);
      if (request.query.get('List') === 'ALL') return { ProvisionedConcurrencyConfigs: [] };
      const type = 'ProvisionedConcurrencyConfigNotFoundException';
      throw new ServiceError(404, type, 'No Provisioned Concurrency Config found for this function');
    },
  ],
  ListEventSourceMappings: ['/2015-03-31/event-source-mappings', () => ({ EventSourceMappings: [] })],
};

function named({ lambda, path, query }: ReadRequest) {
  return findFunction(lambda, path.FunctionName as string, query.get('Qualifier'));
}

function whole({ lambda, path }: ReadRequest) {
  return findUnqualified(lambda, path.FunctionName as string);
}

function listFunctions({ lambda, query }: ReadRequest): object {
  const version = query.get('FunctionVersion');
  if (version !== null) oneOf(version, 'functionVersion', ['ALL']);
  const { items, more } = pageOf(lambda.functions, ({ functionName }) => functionName, query);
  const Functions = items.map((found) =>
    describeFunction(found, version === null ? {} : { arn: `${functionArn(found)}:$LATEST` }),
  );
  return { Functions, ...more };
}

function getFunction(request: ReadRequest): object {
  const { found, arn } = named(request);
  const { reservedConcurrency } = found;
  return {
    Configuration: describeFunction(found, { arn }),
    Code: { RepositoryType: 'S3', Location: pathToFileURL(found.bundle).href },
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
  };
}

function listVersions(request: ReadRequest): object {
  const { found } = named(request);
  const { items, more } = pageOf(['$LATEST'], (version) => version, request.query);
  const Versions = items.map((version) =>
    describeFunction(found, { arn: `${functionArn(found)}:${version}` }),
  );
  return { Versions, ...more };
}

function listAliases(request: ReadRequest): object {
  const found = whole(request);
  const version = request.query.get('FunctionVersion') ?? '$LATEST';
  const aliases = version === '$LATEST' ? [liveAlias] : [];
  const { items, more } = pageOf(aliases, (name) => name, request.query);
  return { Aliases: items.map(() => describeAlias(found)), ...more };
}

function getAlias(request: ReadRequest): object {
  const found = whole(request);
  const name = decoded(request.path.Name as string);
  if (name !== liveAlias) throw notFound(`Cannot find alias arn: ${functionArn(found)}:${name}`);
  return describeAlias(found);
}

function listTags({ lambda, path }: ReadRequest): object {
  const { qualifier } = findFunction(lambda, path.Resource as string, null);
  if (qualifier === undefined) return { Tags: {} };
  throw invalidParameter(
    'Tags on function aliases and versions are not supported. Please specify a function ARN.',
  );
}

function absent(request: ReadRequest): never {
  named(request);
  throw notFound('The resource you requested does not exist.');
}

/** @returns an operation whose list is empty for every function */
function none(member: string): Read {
  return (request) => {
    named(request);
    return { [member]: [] };
  };
}
