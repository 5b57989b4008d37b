import { sample } from 'openapi-sampler';

type MediaTypes = Record<string, Sampled>;
/** A parameter or a media type. */
interface Sampled {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: unknown;
}
interface Operation {
  readonly parameters?: readonly Sampled[];
  readonly requestBody?: { readonly content: MediaTypes };
  readonly responses: Record<string, { readonly content?: MediaTypes }>;
}

/** Adds an example to every parameter and body without one. openapi-sampler makes it from the schema. */
export function addExamples<Document extends object>(document: Document & { paths?: object }): Document {
  const withExample = <One extends Sampled>(one: One): One =>
    !one.schema || 'example' in one || 'examples' in one
      ? one
      : { ...one, example: sample(one.schema, { quiet: true }, document) };
  const withExamples = <Content extends { readonly content?: MediaTypes }>(one: Content): Content =>
    one.content ? { ...one, content: mapValues(one.content, withExample) } : one;
  const operation = ({ parameters, requestBody, responses, ...rest }: Operation): Operation => ({
    ...rest,
    ...(parameters && { parameters: parameters.map(withExample) }),
    ...(requestBody && { requestBody: withExamples(requestBody) }),
    responses: mapValues(responses, withExamples),
  });
  const paths = document.paths as Record<string, Record<string, Operation>>;
  return { ...document, paths: mapValues(paths, (item) => mapValues(item, operation)) };
}

function mapValues<In, Out>(record: Record<string, In>, map: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
