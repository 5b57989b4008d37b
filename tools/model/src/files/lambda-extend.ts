import * as z from 'zod';

const ownKey = (key: string) => `is a key of "lambda" itself: "lambda": { "${key}": ... }`;
const code = 'is about the code, which the build makes: "external" and "include" of "lambda" add to it';
const trigger = 'adds a way in, and a function is reached by the routes of its contracts only';
const alias = 'is about versions, and requests reach the version that deploy has put behind the alias "live"';

/** The way out for each key of a Serverless function that the framework sets. */
const reasons: Readonly<Record<string, string>> = {
  memorySize: ownKey('memorySize'),
  timeout: ownKey('timeout'),
  reservedConcurrency: ownKey('reservedConcurrency'),
  ephemeralStorageSize: ownKey('ephemeralStorage'),
  architecture: ownKey('architecture'),
  layers: ownKey('layers'),
  vpc: ownKey('vpc'),
  tracing: ownKey('tracing'),
  environment: ownKey('environment'),
  name: 'is given: a function is named after its stage and its folder',
  description: 'is given: the "summary" of the contract, and the hash of the configuration',
  role: 'is given: the role has the rights that contracts declare. Add "permissions" to a contract',
  runtime: 'is given: functions run on nodejs24.x',
  ...{ handler: code, image: code, package: code },
  ...{ events: trigger, url: trigger },
  ...{ versionFunction: alias, provisionedConcurrency: alias, snapStart: alias, durableConfig: alias },
  ...{ destinations: alias, maximumEventAge: alias, maximumRetryAttempts: alias },
  condition: 'names a condition, and the stack of a function has none',
};

/**
 * Further keys of a Serverless function: the way out for what has no setting here. `deploy` has Serverless check them before it asks
 * AWS for anything.
 *
 * @see https://github.com/oss-serverless/osls/blob/main/docs/guides/functions.md
 */
export const LambdaExtend = z.record(
  z.string().superRefine((key, { addIssue }) => {
    const message = Object.hasOwn(reasons, key) ? reasons[key] : undefined;
    if (message) addIssue({ code: 'custom', message });
  }),
  z.unknown(),
);
