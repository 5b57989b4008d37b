import type { SeenRequest } from './fault-proxy.ts';

/** Paths of Lambda's functions: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const lambda: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ['GET', /^\/functions$/, 'ListFunctions'],
  ['POST', /^\/functions$/, 'CreateFunction'],
  ['GET', /^\/functions\/[^/]+$/, 'GetFunction'],
  ['DELETE', /^\/functions\/[^/]+$/, 'DeleteFunction'],
  ['PUT', /^\/functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['GET', /^\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^\/functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['POST', /^\/functions\/[^/]+\/invocations$/, 'InvokeFunction'],
  ['GET', /^\/functions\/[^/]+\/versions$/, 'ListVersionsByFunction'],
  ['POST', /^\/functions\/[^/]+\/versions$/, 'PublishVersion'],
  ['GET', /^\/functions\/[^/]+\/aliases$/, 'ListAliases'],
  ['POST', /^\/functions\/[^/]+\/aliases$/, 'CreateAlias'],
  ['GET', /^\/functions\/[^/]+\/aliases\/[^/]+$/, 'GetAlias'],
  ['PUT', /^\/functions\/[^/]+\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['DELETE', /^\/functions\/[^/]+\/aliases\/[^/]+$/, 'DeleteAlias'],
  ['PUT', /^\/functions\/[^/]+\/concurrency$/, 'PutFunctionConcurrency'],
  ['DELETE', /^\/functions\/[^/]+\/concurrency$/, 'DeleteFunctionConcurrency'],
  ['GET', /^\/tags\/.+$/, 'ListTags'],
];

/**
 * The action of IAM that a request to AWS needs: `lambda:UpdateAlias`.
 *
 * @throws Error for a request that is not known here
 */
export function iamAction(request: SeenRequest): string {
  const { method, path, service, action } = request;
  if (action) return `${service}:${action}`;
  if (service === 'apigateway') return `apigateway:${method}`;
  if (service === 's3') return `s3:${bucketAction(request)}`;
  const [, rest = ''] = /^\/\d{4}-\d\d-\d\d(\/.*?)\/?$/.exec(path) ?? [];
  const found = lambda.find(([one, pattern]) => one === method && pattern.test(rest));
  if (service !== 'lambda' || !found) throw new Error(`Which right is this? ${service}: ${method} ${path}`);
  return `lambda:${found[2]}`;
}

/** Subresources of buckets, such as `?versioning`, have actions of their own. */
const ofBuckets: Readonly<Record<string, string>> = {
  location: 'GetBucketLocation',
  versions: 'ListBucketVersions',
  delete: 'DeleteObject',
};

function bucketAction({ method, path, query }: SeenRequest): string {
  const isObject = /^\/[^/]+\/.+/.test(path);
  const special = query.map((name) => ofBuckets[name]).find((one) => one !== undefined);
  if (!isObject && special) return special;
  if (!isObject && (method === 'GET' || method === 'HEAD')) return 'ListBucket';
  if (isObject && (method === 'GET' || method === 'HEAD')) return 'GetObject';
  if (isObject && (method === 'PUT' || method === 'DELETE'))
    return method === 'PUT' ? 'PutObject' : 'DeleteObject';
  throw new Error(`Which right is this? s3: ${method} ${path}?${query.join('&')}`);
}
