import fc from 'fast-check';
import { type Operation, type Parameter, parametersIn } from './operations.ts';

/** A request to one operation, good or bad. */
export interface FuzzedRequest {
  readonly operation: Operation;
  readonly caller: Caller;
  /** The path parameters: each a value, or the number of an existing object. */
  readonly params: Readonly<Record<string, string | number>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export const callers = ['nobody', 'ann', 'bob', 'admin', 'impostor'] as const;
export type Caller = (typeof callers)[number];

const junkText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e309',
    'null',
    '\0',
    '%00',
    '../..',
    "' OR 1=1 --",
    '{{7*7}}',
    '[]',
    '{}',
  ),
  fc.nat(9).map((size) => 'x'.repeat(10 ** Math.min(size, 3))),
);
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  junkText,
  fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e308, 0.1, null, true, [], {}, '\ud800', 'x'.repeat(5000)),
);
// The characters that HTTP permits.
const headerText = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);

/** Good requests made from the examples of the document, and mutations of them. */
export function requestsTo(operations: readonly Operation[]): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(...operations.map(requestTo));
}

function requestTo(operation: Operation): fc.Arbitrary<FuzzedRequest> {
  return fc.record({
    operation: fc.constant(operation),
    caller: fc.constantFrom(...callers),
    params: record(parametersIn(operation, 'path'), () =>
      fc.oneof(
        { weight: 12, arbitrary: fc.nat(1000) },
        // An empty one, or dots, would make another path.
        { weight: 1, arbitrary: junkText.filter((text) => !/^\.{0,2}$/.test(text)) },
      ),
    ),
    query: query(operation),
    headers: headers(operation),
    body: operation.body === undefined ? fc.constant(undefined) : body(operation.body as object),
  });
}

function record<Value>(
  parameters: readonly Parameter[],
  value: (parameter: Parameter) => fc.Arbitrary<Value>,
) {
  return fc.record(Object.fromEntries(parameters.map((one) => [one.name, value(one)])));
}

function query(operation: Operation): fc.Arbitrary<[string, string][]> {
  const pairs = parametersIn(operation, 'query').map((parameter) =>
    fc.array(
      fc
        .oneof(
          { weight: 4, arbitrary: fc.constant([exampleOf(parameter)].flat().join()) },
          { weight: 1, arbitrary: junkText },
        )
        .map((value): [string, string] => [parameter.name, value]),
      { maxLength: 2 },
    ),
  );
  const unknown = fc.array(fc.tuple(junkText, junkText), { maxLength: 1 });
  return fc
    .tuple(fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: unknown }), ...pairs)
    .map((all) => all.flat());
}

function headers(operation: Operation): fc.Arbitrary<Record<string, string>> {
  const declared = fc.record(
    Object.fromEntries(
      parametersIn(operation, 'header').map((parameter) => [
        parameter.name,
        parameter.name === 'if-match'
          ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom('*', '"1"', '"2"') }, headerText)
          : fc.oneof(fc.constant(String(exampleOf(parameter))), fc.uuid(), headerText),
      ]),
    ),
    { requiredKeys: [] },
  );
  const others = fc.dictionary(fc.constantFrom('cookie', 'accept', 'x-junk', 'origin'), headerText, {
    maxKeys: 1,
  });
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constant('application/json') },
    fc.constantFrom('', 'text/plain', 'application/json; charset=utf-16', 'application/xml'),
  );
  return fc.tuple(declared, others, type).map(([own, more, contentType]) => ({
    ...own,
    ...more,
    ...(contentType && { 'content-type': contentType }),
  }));
}

function body(example: object): fc.Arbitrary<string> {
  const changed = fc
    .record(Object.fromEntries([...Object.keys(example), 'extra', '__proto__'].map((key) => [key, junk])), {
      requiredKeys: [],
    })
    .map((changes) => JSON.stringify({ ...example, ...changes }));
  const fewer = fc.subarray(Object.entries(example)).map((some) => JSON.stringify(Object.fromEntries(some)));
  // A different address each time, or there would be one user only.
  const good = fc
    .nat()
    .map((number) =>
      JSON.stringify({ ...example, ...('email' in example && { email: `user${number}@example.com` }) }),
    );
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 3, arbitrary: changed },
    { weight: 2, arbitrary: fewer },
    {
      weight: 1,
      arbitrary: fc.oneof(
        junkText,
        junk.map((value) => JSON.stringify(value)),
      ),
    },
  );
}

function exampleOf({ example, schema }: Parameter): unknown {
  return example ?? schema?.examples?.[0] ?? '';
}
