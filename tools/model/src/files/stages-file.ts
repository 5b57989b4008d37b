import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { settingsPath } from '../folders.ts';
import { readJson } from '../read-json.ts';
import { UsageError } from '../usage-error.ts';
import { Cors, Jwt, readApiFile } from './api-file.ts';
import { VariableName } from './variable-name.ts';

export const stagesFile = 'stages.json';

/** The values that CloudWatch Logs accepts. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const Domain = z.strictObject({
  name: z
    .string()
    .max(253)
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'is no domain name, as api.example.com',
    )
    .describe('Domain name, such as api.example.com.'),
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      'is no ARN of a certificate, as arn:aws:acm:eu-central-1:123456789012:certificate/…',
    )
    .describe("Certificate of AWS Certificate Manager for this name, in the stage's region."),
});

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TagName = z
  .string()
  .min(1)
  .max(128)
  .regex(tagText, 'has a character that AWS refuses in a tag')
  .refine((name) => !/^aws:/i.test(name), 'begins with "aws:", which AWS keeps for itself');
/** AWS takes 50. `deploy` sets application, stage, function, configuration, and more in later versions. */
const mostTags = 40;
const TagValue = z.string().max(256).regex(tagText, 'has a character that AWS refuses in a tag');

/**
 * A name has 15 parts at most, and functions have parameters below this one.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
const parameterName = /^(?!\/(?:[aA][wW][sS]|[sS][sS][mM]))(?:\/[\w.-]+){1,13}$/;

const StageSettings = z
  .strictObject({
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region, as eu-central-1')
      .describe('AWS region, such as eu-central-1.'),
    logRetentionDays: z.literal(retentionDays).default(14).describe('Days that CloudWatch keeps the logs.'),
    jwt: Jwt.optional().describe(
      "Issuer of the callers' tokens. Without it, only public endpoints are deployed.",
    ),
    cors: Cors.optional().describe('Cross-origin requests, instead of "cors" in api.json.'),
    domain: Domain.optional().describe(
      'Domain of the API. With one, an API may have more than 300 functions.',
    ),
    throttling: z
      .strictObject({ rateLimit: z.int().positive(), burstLimit: z.int().positive() })
      .default({ rateLimit: 1000, burstLimit: 500 })
      .describe('Requests per second to the whole API, and the burst above that rate.'),
    environment: z
      .record(VariableName, z.string())
      .default({})
      .describe(
        'Environment variables of every function, before those of package.json files. No secrets: the AWS console shows them.',
      ),
    vpc: z
      .strictObject({ subnetIds: z.array(z.string()).min(1), securityGroupIds: z.array(z.string()).min(1) })
      .optional()
      .describe('Network of the functions, for a database in a VPC.'),
    databaseUrlParameter: z
      .string()
      .max(900)
      .regex(
        parameterName,
        'is no name of a parameter for 13 parts at most, as /shop/dev/database-url: letters, digits, "_", "." and "-", without aws or ssm at its beginning',
      )
      .optional()
      .describe('Systems Manager parameter with the connection string of the database.'),
    databaseUrlKeyArn: z
      .string()
      .startsWith('arn:')
      .optional()
      .describe('KMS key of that parameter. Default: the key of Systems Manager.'),
    secretsKeyArn: z
      .string()
      .startsWith('arn:')
      .optional()
      .describe("KMS key of the functions' secrets. Default: the key of Systems Manager."),
    maxConnections: z
      .int()
      .positive()
      .optional()
      .describe(
        'Connections to the database that all functions together may hold. Default: a function may hold half of what the server takes.',
      ),
    tags: z
      .record(TagName, TagValue)
      .refine((tags) => Object.keys(tags).length <= mostTags, {
        error: `has too many tags: a stage has ${mostTags} at most, since AWS takes 50 and the framework sets the others`,
      })
      .default({})
      .describe('Tags of all deployed resources.'),
  })
  .refine(({ region, domain }) => domain === undefined || domain.certificateArn.split(':')[3] === region, {
    path: ['domain', 'certificateArn'],
    error: 'is of another region than the stage: a regional domain needs a certificate of its own region',
  });

/** The content of stages.json. */
export const StagesFile = z.strictObject({
  $schema: z.string().optional(),
  application: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and hyphens, 31 at most')
    .refine(
      (name) => !/^(?:aws|ssm)/.test(name),
      'begins with aws or ssm: Systems Manager refuses the names of its parameters',
    )
    .describe('First part of all deployed names.'),
  stages: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,15}$/,
          'is no stage name: lower-case letters, digits and hyphens, 16 at most',
        ),
      StageSettings,
    )
    .refine((stages) => sharedDomain(stages) === undefined, {
      error: ({ input }) => `two stages have the domain ${sharedDomain(input as Stages)}: give each its own`,
    })
    .describe('Stages by name, such as dev and prod.'),
});

type Stages = Readonly<Record<string, z.output<typeof StageSettings>>>;

function sharedDomain(stages: Stages): string | undefined {
  const names = Object.values(stages).flatMap(({ domain }) => domain?.name ?? []);
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** A stage of the application, such as prod. */
export interface Stage extends z.output<typeof StageSettings> {
  readonly application: string;
  readonly name: string;
  /** The file that describes it, relative to the workspace root. */
  readonly file: string;
}

/**
 * Reads all stages of stages.json. A stage without CORS settings has those of api.json.
 *
 * @throws UsageError that names the file and the key
 */
export function readStages(workspaceRoot: string): Stage[] {
  const file = settingsPath(workspaceRoot, stagesFile);
  if (!existsSync(join(workspaceRoot, file))) {
    throw new UsageError(
      `${file} is missing. It says where to deploy: { "application": "shop", "stages": { "dev": { "region": "eu-central-1" } } }`,
    );
  }
  const { application, stages } = readJson(workspaceRoot, file, StagesFile);
  const { cors } = readApiFile(workspaceRoot);
  return Object.entries(stages).map(([name, stage]) => ({
    ...stage,
    cors: stage.cors ?? cors,
    application,
    name,
    file,
  }));
}

/** @returns false when there is no stages.json: the workspace is not deployed anywhere */
export function hasStages(workspaceRoot: string): boolean {
  return existsSync(join(workspaceRoot, settingsPath(workspaceRoot, stagesFile)));
}

/** Reads one stage; see {@link readStages}. @throws UsageError with the choices when there is no such stage */
export function readStage(workspaceRoot: string, name: string): Stage {
  const stages = readStages(workspaceRoot);
  const stage = stages.find((one) => one.name === name);
  if (stage) return stage;
  const choices = stages.map((one) => one.name).join(', ') || 'none';
  throw new UsageError(
    `${settingsPath(workspaceRoot, stagesFile)}: there is no stage "${name}". There are: ${choices}.`,
  );
}
