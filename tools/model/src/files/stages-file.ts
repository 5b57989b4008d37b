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

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TagName = z
  .string()
  .min(1)
  .max(128)
  .regex(tagText, 'has a character that AWS refuses in a tag')
  .refine((name) => !/^aws:/i.test(name), 'begins with "aws:", which AWS keeps for itself');
const TagValue = z.string().max(256).regex(tagText, 'has a character that AWS refuses in a tag');

const StageSettings = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region, as eu-central-1')
    .describe('AWS region, such as eu-central-1.'),
  logRetentionDays: z.literal(retentionDays).default(14).describe('Days that CloudWatch keeps the logs.'),
  jwt: Jwt.optional().describe(
    "Issuer of the callers' tokens. Without it, only public endpoints are deployed.",
  ),
  cors: Cors.optional().describe('Cross-origin requests, instead of "cors" in api.json.'),
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
    .startsWith('/')
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
  tags: z.record(TagName, TagValue).default({}).describe('Tags of all deployed resources.'),
});

/** The content of stages.json. */
export const StagesFile = z.strictObject({
  $schema: z.string().optional(),
  application: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and hyphens, 31 at most')
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
    .describe('Stages by name, such as dev and prod.'),
});

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
