import * as z from 'zod';
import { settingsPath } from '../folders.ts';
import { readOptionalJson } from '../read-json.ts';

export const apiFile = 'api.json';

const texts = z.array(z.string()).optional();

/** The CORS configuration of an HTTP API, with API Gateway's keys. */
export const Cors = z
  .strictObject({
    allowOrigins: texts.describe('Origins of pages that may send requests, such as https://shop.example.'),
    allowMethods: texts.describe('Methods that these pages may use.'),
    allowHeaders: texts.describe('Request headers that these pages may send.'),
    exposeHeaders: texts.describe('Response headers that these pages may read.'),
    maxAge: z.int().min(-1).max(86_400).optional().describe('Seconds that a browser may keep this decision.'),
    allowCredentials: z.boolean().optional().describe('Permission for cookies. Needs named origins.'),
  })
  .refine(({ allowCredentials, ...lists }) => !allowCredentials || !Object.values(lists).some(isEverything), {
    error: 'allowCredentials does not go with "*": any page could act as its visitor',
  });
export type Cors = z.output<typeof Cors>;

/** `https://*` counts as everything: API Gateway then answers each origin with its own name, which browsers accept. */
function isEverything(list: unknown): boolean {
  return Array.isArray(list) && list.some((one) => /^(?:\w+:\/\/)?\*$/.test(one));
}

const roleClaim = z
  .string()
  .min(1)
  .optional()
  .describe('Claim with the roles of the caller, such as "cognito:groups": a text, or a list of texts.');

/** The issuer of the callers' tokens: the settings of API Gateway's JWT authorizer. */
export const Jwt = z.strictObject({
  issuer: z
    .url({ protocol: /^https$/ })
    .meta({ description: 'Claim "iss" of accepted tokens.', pattern: '^https://' }),
  audience: z
    .array(z.string())
    .min(1)
    .describe('Accepted values of the claim "aud", or of "client_id" in a token without it.'),
  roleClaim,
});
export type Jwt = z.output<typeof Jwt>;

/** Identity providers whose tokens the local issuer can imitate. */
export const Provider = z.enum(['cognito', 'auth0', 'entra', 'clerk', 'google']);
export type Provider = z.output<typeof Provider>;

/** Tokens that this machine accepts: from an external issuer, or from the local one. */
const LocalJwt = z
  .strictObject({
    like: Provider.optional().describe('Provider whose tokens the local issuer imitates.'),
    issuer: Jwt.shape.issuer.optional(),
    audience: Jwt.shape.audience.optional(),
    roleClaim,
  })
  .refine(({ like, issuer, audience }) => !like || (!issuer && !audience), {
    error:
      '"like" is for the tokens of this machine\'s own issuer: leave out "issuer" and "audience", or leave out "like"',
  })
  .refine(({ issuer, audience }) => !issuer === !audience, {
    error: '"issuer" and "audience" go together',
  });

/** A caller for development. */
const LocalCaller = z.strictObject({
  subject: z.string().min(1).describe('Claim "sub" of the tokens: any text.'),
  scopes: z.array(z.string()).default([]).describe('Scopes of the tokens.'),
  claims: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .default({})
    .describe('Further claims of the tokens: texts, or lists of texts.'),
});
export type LocalCaller = z.output<typeof LocalCaller>;

/** Head of the API reference, with the keys of OpenAPI. */
const Info = z.strictObject({
  title: z.string().min(1).optional().describe('Name of the API. Default: "name" of the root package.json.'),
  version: z
    .string()
    .min(1)
    .optional()
    .describe('Version of the API. Default: that of the root package.json.'),
  description: z.string().optional().describe('Text below the title, in Markdown.'),
});

export const ApiFile = z.strictObject({
  $schema: z.string().optional(),
  info: Info.default({}).describe('Head of the API reference.'),
  cors: Cors.optional().describe('Cross-origin requests, in all stages without "cors".'),
  jwt: LocalJwt.optional().describe(
    'External issuer whose tokens this machine accepts, or the provider that the local issuer imitates.',
  ),
  localCaller: LocalCaller.default({ subject: 'local', scopes: [], claims: {} }).describe(
    'Caller on this machine: of `nanos invoke`, and of the token on the start screen.',
  ),
});
export type ApiFile = z.output<typeof ApiFile>;

/**
 * Reads api.json: the settings of the HTTP API. The file may be absent.
 *
 * @throws UsageError that names the key
 */
export function readApiFile(workspaceRoot: string): ApiFile {
  return readOptionalJson(workspaceRoot, settingsPath(workspaceRoot, apiFile), ApiFile);
}
