import * as z from 'zod';

/** The values that CloudWatch Logs takes. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const texts = z.array(z.string()).optional();

/** The CORS configuration of an HTTP API, in the names of API Gateway. */
export const Cors = z
  .strictObject({
    allowOrigins: texts,
    allowMethods: texts,
    allowHeaders: texts,
    exposeHeaders: texts,
    /** Seconds. */
    maxAge: z.int().min(-1).max(86_400).optional(),
    allowCredentials: z.boolean().optional(),
  })
  .refine(({ allowCredentials, ...lists }) => !allowCredentials || !Object.values(lists).some(isEverything), {
    error: 'allowCredentials does not go with "*": whichever page would act as its visitor',
  });
export type Cors = z.output<typeof Cors>;

/** `https://*` is everything too, and API Gateway then answers each origin with its own name, which browsers accept. */
function isEverything(list: unknown): boolean {
  return Array.isArray(list) && list.some((one) => /^(?:\w+:\/\/)?\*$/.test(one));
}

/** Who issues the tokens of users: what API Gateway's JWT authorizer checks. */
export const Jwt = z.strictObject({
  issuer: z.url({ protocol: /^https$/ }),
  audience: z.array(z.string()).min(1),
});

const StageSettings = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region, as eu-central-1'),
  /** How long CloudWatch keeps the logs. */
  logRetentionDays: z.literal(retentionDays).default(14),
  jwt: Jwt.optional(),
  /** Instead of that in functions/api.json. */
  cors: Cors.optional(),
  /** Requests a second that the API lets through in all, and how many at once beyond that. */
  throttling: z
    .strictObject({ rateLimit: z.int().positive(), burstLimit: z.int().positive() })
    .default({ rateLimit: 1000, burstLimit: 500 }),
  /** Further environment variables of every function. No place for secrets: anyone who may look at a function sees them. */
  environment: z.record(z.string().regex(/^[A-Za-z]\w+$/), z.string()).default({}),
  /** Where the functions must run to reach the database. */
  vpc: z
    .strictObject({ subnetIds: z.array(z.string()).min(1), securityGroupIds: z.array(z.string()).min(1) })
    .optional(),
  /** The parameter of Systems Manager that holds the connection string. */
  databaseUrlParameter: z.string().startsWith('/').optional(),
  /** The KMS key it is encrypted with, where that is not AWS's own for Systems Manager. */
  databaseUrlKeyArn: z.string().startsWith('arn:').optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

/** functions/stages.json: where this application is deployed to. */
export const StagesFile = z.strictObject({
  /** Begins the name of everything that is deployed. */
  application: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'takes small letters, digits and hyphens, 31 at most'),
  stages: z.record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,15}$/, 'is no stage name: small letters, digits and hyphens, 16 at most'),
    StageSettings,
  ),
});

/** One stage of the application, as prod. */
export interface Stage extends z.output<typeof StageSettings> {
  readonly application: string;
  readonly name: string;
}

/** The alias that all requests go to. */
export const liveAlias = 'live';

/** The name on AWS of a function of the workspace: `nanoservices-prod-get-user`. Its stack has the same. */
export function functionName(stage: Stage, name: string): string {
  return `${stage.application}-${stage.name}-${name}`;
}

/** The name of a CloudFormation stack: that of a function, or `platform` or `api`. */
export const stackName = functionName;

/** The parameter of Systems Manager with the connection string of the role that owns the tables. */
export function databaseUrlParameter({ application, name, databaseUrlParameter }: Stage): string {
  return databaseUrlParameter ?? `/${application}/${name}/database-url`;
}

/** That with the connection string of a function, which connects as a role of its own: the one of {@link functionName}. */
export function functionUrlParameter(stage: Stage, name: string): string {
  return `${databaseUrlParameter(stage)}/${name}`;
}
