import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { logLevels } from '@nanoservices/endpoint/log-levels';
import * as z from 'zod';
import { readJson } from '../read-json.ts';
import { UsageError } from '../usage-error.ts';
import { LambdaExtend } from './lambda-extend.ts';
import { VariableName } from './variable-name.ts';

/** The CPU of a function, in Lambda's words. */
const Architecture = z.enum(['arm64', 'x86_64']);
export type Architecture = z.output<typeof Architecture>;

/** The place of the AWS SDK: in the bundle, or in nodejs24.x, which brings one along. */
const AwsSdk = z.enum(['bundled', 'runtime']);
export type AwsSdk = z.output<typeof AwsSdk>;

const PackageName = z
  .string()
  .regex(
    /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][\w.~-]*$/,
    'is no name of an npm package, as sharp or @img/colour',
  );

const PackageGlob = z
  .string()
  .regex(/^(?![/!])(?!.*(?:^|\/)\.\.(?:\/|$))./, 'must be a glob in the package, as templates/**');

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Layer.html */
const LayerVersion = z
  .string()
  .regex(
    /^arn:(?:aws[a-z-]*):lambda:(?:[a-z\d-]+|\{region\}):(?:\d{12}|\{account\}):layer:(?:[\w-]|\{(?:stage|region|account)\})+:\d+$/,
    'must be the ARN of a version of a layer, such as arn:aws:lambda:{region}:{account}:layer:fonts:3',
  );

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const Network = z.strictObject({
  subnetIds: z.array(z.string().min(1)).min(1).max(16),
  securityGroupIds: z.array(z.string().min(1)).min(1).max(5),
});

const versions = z.record(z.string(), z.string());
const path = z.string().regex(/^\.\//, 'must be a path in the package, as ./migrations');

/** The keys of a package.json that this framework reads. */
export const Manifest = z.object({
  /** Default: the folder's name. */
  name: z.string().optional(),
  version: z.string().default('0.0.0'),
  license: z.string().optional(),
  /** Module system of its JavaScript files: `module` or `commonjs`. */
  type: z.string().optional(),
  dependencies: versions.default({}),
  optionalDependencies: versions.optional(),
  peerDependencies: versions.optional(),
  devDependencies: versions.optional(),
  /** Globs of the folders that are npm packages of the workspace; in the root package.json. Yarn also takes an object. */
  workspaces: z
    .union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).optional() })])
    .optional(),
  /** Marks a folder of endpoints as a unit: they may be packed into one function. */
  unit: z
    .strictObject({
      /** Globs of endpoint folders, relative to the folder of the endpoints. Default: every endpoint below the unit's folder. */
      include: z.array(z.string()).min(1).optional(),
    })
    .optional(),
  /** Settings of the function of an endpoint or a unit. */
  lambda: z
    .strictObject({
      // @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
      memorySize: z.int().min(128).max(10_240).optional().describe('Memory in megabytes. Default: 256.'),
      timeout: z.int().min(1).max(30).optional().describe('Seconds. API Gateway waits for 30. Default: 10.'),
      reservedConcurrency: z
        .int()
        .min(1)
        .max(1000)
        .optional()
        .describe('Highest number of concurrent invocations.'),
      ephemeralStorage: z
        .int()
        .min(512)
        .max(10_240)
        .optional()
        .describe('Size of /tmp in megabytes. Default: 512.'),
      layers: z
        .array(LayerVersion)
        .max(5)
        .refine(
          (arns) => new Set(arns.map((arn) => arn.replace(/:\d+$/, ''))).size === arns.length,
          'names a layer twice',
        )
        .optional()
        .describe(
          'ARNs of versions of layers. {stage}, {region} and {account} have the values of the stage.',
        ),
      vpc: z
        .union([Network, z.literal(false)], {
          error:
            'must be { "subnetIds": [...], "securityGroupIds": [...] } with at least one of each, or false',
        })
        .optional()
        .describe("Network, instead of the stage's. false: none."),
      tracing: z.enum(['Active', 'PassThrough']).optional().describe('Traces of AWS X-Ray.'),
      logLevel: z
        .enum(logLevels)
        .optional()
        .describe("Least level of the function's log lines. Default: Lambda's, which is INFO."),
      environment: z
        .record(VariableName, z.string())
        .optional()
        .describe(
          'Environment variables, on this machine and on every stage. {stage}, {region} and {account} have the values of the stage. No secrets.',
        ),
      architecture: Architecture.optional().describe('CPU. Default: arm64.'),
      external: z
        .array(PackageName)
        .optional()
        .describe(
          'npm packages to install beside the bundle: native modules, and packages that must stay in their folder.',
        ),
      include: z
        .array(PackageGlob)
        .optional()
        .describe('Globs of files to ship with the bundle, relative to the package.'),
      awsSdk: AwsSdk.optional().describe('Place of the AWS SDK: in the bundle (default), or in nodejs24.x.'),
      extend: LambdaExtend.optional().describe(
        'Further keys of the function in serverless.yml. {stage}, {region} and {account} have the values of the stage.',
      ),
    })
    .default({}),
  /** Marks a lib as the application's database: migrations and, for development, seed data. */
  database: z.strictObject({ migrations: path, seed: path.optional() }).optional(),
  /** Marks a lib as the application's schemas: its exports become components of the OpenAPI document. */
  schemas: z.strictObject({ documentation: path.optional() }).optional(),
});
export type Manifest = z.output<typeof Manifest> & { readonly name: string };

/**
 * Reads the package.json of a folder.
 *
 * @param folder - relative to the workspace root
 * @throws UsageError when it is missing, is not JSON, or has an invalid key
 */
export function readManifest(workspaceRoot: string, folder: string): Manifest {
  const manifest = readJson(workspaceRoot, join(folder, 'package.json'), Manifest);
  return { ...manifest, name: manifest.name ?? basename(join(workspaceRoot, folder)) };
}

/**
 * Reads the package.json of an endpoint, a unit, a lib or a tool. Its name, without the scope, must be the folder's name.
 *
 * @param expected - the name without the scope. Default: the folder's name
 * @throws UsageError with the way out
 */
export function readNamedManifest(
  workspaceRoot: string,
  folder: string,
  expected: string = basename(folder),
): Manifest {
  const file = `${folder}/package.json`;
  if (!existsSync(join(workspaceRoot, file))) {
    throw new UsageError(
      `${file} is missing. An endpoint is an npm package: add one with "name": "@your-scope/${expected}".`,
    );
  }
  const manifest = readManifest(workspaceRoot, folder);
  const [scope = '', name] = manifest.name.startsWith('@') ? manifest.name.split('/') : ['', manifest.name];
  if (name === expected) return manifest;
  const wanted = scope ? `${scope}/${expected}` : expected;
  throw new UsageError(`${file}: "name" is "${manifest.name}". It must be "${wanted}", after the folder.`);
}
