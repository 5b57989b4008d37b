import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { settingsPath } from '../folders.ts';
import { readJson } from '../read-json.ts';
import { UsageError } from '../usage-error.ts';
import { Cors, Jwt, readApiFile } from './api-file.ts';
import { checkStages, withInherited } from './inherited-stages.ts';
import { isStagePattern, patternOf, stageKey } from './stage-names.ts';
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

const Percent = z.int().min(1).max(99);

const Rollout = z.strictObject({
  percent: z
    .union([
      Percent.transform((percent) => [percent]),
      z
        .array(Percent)
        .min(1)
        .max(10)
        .refine((steps) => steps.every((step, at) => at === 0 || step > (steps[at - 1] as number)), {
          error: 'must rise from step to step, as [5, 25, 50]',
        }),
    ])
    .describe(
      'Percent of the requests that meet the new version first; or a list of steps, such as [5, 25, 50].',
    ),
  minutes: z.number().positive().max(60).describe('Minutes of each step.'),
  maxErrorRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe(
      'Share of failed requests above which the new version is taken back, unless the version before fails as often.',
    ),
});

/** A permissions boundary, by its ARN or by its name in the account of the stage. */
const boundary = /^(?:arn:[\w-]+:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]+|[\w+=,.@-]{1,128})$/;

const StageSettings = z.strictObject({
  region: z
    .string(
      'is missing: name an AWS region, as eu-central-1. A preview may have it by "inherits", from a stage that there is',
    )
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
  domain: Domain.optional().describe('Domain of the API. With one, an API may have more than 300 functions.'),
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
  rollout: Rollout.optional().describe(
    'Steps in which requests move to a new version. Without them, all move at once.',
  ),
  permissionsBoundary: z
    .string()
    .regex(boundary, 'is neither the name nor the ARN of a policy')
    .optional()
    .describe('Policy (name or ARN) that limits the roles of functions and API, whatever contracts declare.'),
  tags: z
    .record(TagName, TagValue)
    .refine((tags) => Object.keys(tags).length <= mostTags, {
      error: `has too many tags: a stage has ${mostTags} at most, since AWS takes 50 and the framework sets the others`,
    })
    .default({})
    .describe('Tags of all deployed resources.'),
  inherits: z
    .string()
    .optional()
    .describe('Stage with the settings that this one lacks. For previews, such as "pr-*".'),
  ttlHours: z
    .int()
    .positive()
    .optional()
    .describe(
      'Hours after the last deployment until `nanos stage remove --expired` removes a preview. For previews, such as "pr-*".',
    ),
});

/** An entry of stages.json. A preview has a region by the stage that it inherits from. */
const StageEntry = StageSettings.refine(
  ({ region, domain }) => domain === undefined || domain.certificateArn.split(':')[3] === region,
  {
    path: ['domain', 'certificateArn'],
    error: 'is of another region than the stage: a regional domain needs a certificate of its own region',
  },
).meta({
  required: undefined,
  anyOf: [{ required: ['region'] }, { required: ['inherits'] }],
});

/** The content of stages.json. Stages have the keys that they inherit. */
export const StagesFile = z.preprocess(
  withInherited,
  z
    .strictObject({
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
              stageKey,
              'is no stage name: lower-case letters, digits and hyphens, 16 at most; or a pattern of previews, such as "pr-*"',
            ),
          StageEntry,
        )
        .refine((stages) => sharedDomain(stages) === undefined, {
          error: ({ input }) =>
            `two stages have the domain ${sharedDomain(input as Stages)}: give each its own`,
        })
        .describe('Stages by name, such as dev and prod, and previews by pattern, such as pr-*.'),
    })
    .check(checkStages),
);

type Stages = Readonly<Record<string, z.output<typeof StageSettings>>>;

function sharedDomain(stages: Stages): string | undefined {
  const names = Object.values(stages).flatMap(({ domain }) => domain?.name ?? []);
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** The origin of a stage that a pattern such as `pr-*` describes. */
export interface Preview {
  readonly pattern: string;
  /** The stage whose settings it has, and whose database server. */
  readonly inherits?: string | undefined;
  readonly ttlHours?: number | undefined;
}

/** A stage of the application, such as prod. */
export interface Stage extends Omit<z.output<typeof StageSettings>, 'inherits' | 'ttlHours'> {
  readonly application: string;
  readonly name: string;
  /** The file that describes it, relative to the workspace root. */
  readonly file: string;
  /** Undefined for a stage that stages.json names. */
  readonly preview?: Preview;
}

/**
 * Reads the stages that stages.json names: all but previews. A stage without CORS settings has those of api.json.
 *
 * @throws UsageError that names the file and the key
 */
export function readStages(workspaceRoot: string): Stage[] {
  const { named, toStage } = readEntries(workspaceRoot);
  return named.map((name) => toStage(name, name));
}

/** Reads the previews that stages.json describes, with their patterns as names; see {@link readStages}. */
export function readPreviews(workspaceRoot: string): Stage[] {
  const { patterns, toStage } = readEntries(workspaceRoot);
  return patterns.map((pattern) => toStage(pattern, pattern));
}

function readEntries(workspaceRoot: string) {
  const file = settingsPath(workspaceRoot, stagesFile);
  if (!existsSync(join(workspaceRoot, file))) {
    throw new UsageError(
      `${file} is missing. It says where to deploy: { "application": "shop", "stages": { "dev": { "region": "eu-central-1" } } }`,
    );
  }
  const content = readJson(workspaceRoot, file, StagesFile);
  const { cors } = readApiFile(workspaceRoot);
  const keys = Object.keys(content.stages);
  return {
    file,
    named: keys.filter((key) => !isStagePattern(key)),
    patterns: keys.filter(isStagePattern),
    toStage(key: string, name: string): Stage {
      const stage = stageIn(content, key, name);
      return { ...stage, cors: stage.cors ?? cors, file };
    },
  };
}

/** A stage of the content of stages.json. @param key - its own name, or the pattern of a preview */
export function stageIn(
  { application, stages }: z.output<typeof StagesFile>,
  key: string,
  name = key,
): Omit<Stage, 'file'> {
  const { inherits, ttlHours, ...settings } = stages[key] as z.output<typeof StageSettings>;
  return {
    ...settings,
    application,
    name,
    ...(isStagePattern(key) && { preview: { pattern: key, inherits, ttlHours } }),
  };
}

/** @returns false when there is no stages.json: the workspace is not deployed anywhere */
export function hasStages(workspaceRoot: string): boolean {
  return existsSync(join(workspaceRoot, settingsPath(workspaceRoot, stagesFile)));
}

/**
 * Reads one stage, by its name or by the pattern of previews that its name matches; see {@link readStages}.
 *
 * @throws UsageError with the choices when there is no such stage
 */
export function readStage(workspaceRoot: string, name: string): Stage {
  const { file, named, patterns, toStage } = readEntries(workspaceRoot);
  if (named.includes(name)) return toStage(name, name);
  const pattern = patternOf(name, patterns);
  if (pattern !== undefined) return toStage(pattern, name);
  const choices = [...named, ...patterns].join(', ') || 'none';
  throw new UsageError(`${file}: there is no stage "${name}". There are: ${choices}.`);
}
