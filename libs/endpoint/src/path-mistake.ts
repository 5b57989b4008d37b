/**
 * Types only: the compiler's part of the rules for routes of an HTTP API. Reading a workspace checks all of them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
type Characters<Text extends string, Found = never> = Text extends `${infer One}${infer Rest}`
  ? Characters<Rest, Found | One>
  : Found;

type NameCharacter = Characters<'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'>;

/** `true` when a text has only these characters. A text that the compiler does not know passes. */
type HasOnly<Text extends string, Allowed> = Text extends `${infer One}${infer Rest}`
  ? One extends Allowed
    ? HasOnly<Rest, Allowed>
    : false
  : true;

type MistakeInLiteral<Segment extends string> = Segment extends ''
  ? 'has two "/" in a row'
  : Segment extends `${string}${'{' | '}'}${string}`
    ? `has "${Segment}": a parameter is a whole part between two "/"`
    : HasOnly<Segment, NameCharacter | '.' | ':' | '-'> extends true
      ? never
      : `has "${Segment}": a path has letters, digits and . _ : - only`;

type MistakeInName<Name extends string> = Name extends ''
  ? 'has {}: a parameter has a name'
  : HasOnly<Name, NameCharacter> extends true
    ? never
    : `has {${Name}}: the name of a parameter has letters, digits and _ only`;

type MistakeInSegment<Segment extends string> = Segment extends `{${infer Name}}`
  ? MistakeInName<Name extends `${infer Greedy}+` ? Greedy : Name>
  : MistakeInLiteral<Segment>;

type MistakeInSegments<Rest extends string, Seen = never> = Rest extends `${infer Segment}/${infer More}`
  ? Segment extends `{${string}+}`
    ? `has ${Segment} before its end`
    : Segment extends Seen
      ? `has ${Segment} twice`
      :
          | MistakeInSegment<Segment>
          | MistakeInSegments<More, Seen | (Segment extends `{${string}}` ? Segment : never)>
  : Rest extends Seen
    ? `has ${Rest} twice`
    : MistakeInSegment<Rest>;

/** The mistake in a path, or `never` for a path that API Gateway takes. */
export type PathMistake<Path extends string> = Path extends '/'
  ? never
  : Path extends `${string}/`
    ? 'ends with "/"'
    : Path extends `/${infer Segments}`
      ? MistakeInSegments<Segments>
      : never;
