/** A function of a few lines, to be run by AWS's client and by the local runtime. */
export interface SmallHandler {
  readonly name: string;
  /** The ES module `handler.mjs`. */
  readonly source: string;
  /** Events of its invocations, one after the other. Default: one, `{}`. */
  readonly events?: readonly unknown[];
  /** Further variables of the function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further files of the function, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: Text. */
  readonly logFormat?: 'Text' | 'JSON';
  /** Parameters of its invocations. */
  readonly invocation?: {
    readonly traceId?: string;
    readonly tenantId?: string;
    /** JSON. */
    readonly clientContext?: string;
  };
}

/** A function with an async handler of these statements. */
export function asyncHandler(
  name: string,
  body: string,
  { top = '', ...more }: Omit<SmallHandler, 'name' | 'source'> & { top?: string } = {},
): SmallHandler {
  return {
    name,
    source: `${top}\nexport const handler = async (event, context) => {\n  ${body}\n};\n`,
    ...more,
  };
}

/** A function of this module. */
export function module(
  name: string,
  source: string,
  more: Omit<SmallHandler, 'name' | 'source'> = {},
): SmallHandler {
  return { name, source, ...more };
}
