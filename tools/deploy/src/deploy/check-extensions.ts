import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionSettings, type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { functionService } from '../stacks/function-service.ts';
import { networkOf } from '../stacks/lambda-settings.ts';
import { renderService, serviceOf } from '../stacks/service.ts';
import { runServerless } from './run-serverless.ts';

const keysOfFunction = 'https://github.com/oss-serverless/osls/blob/main/docs/guides/functions.md';

/** A line of Serverless: `at 'functions.get-order.tags': must be object` or `Function "get-order": when using ...` */
const placed = /(?:'functions\.|Function ")([\w-]+)([^'"]*)['"]: (.*)$/;

type Extended = PackedFunction & {
  readonly settings: { readonly extend: FunctionSettings['extend'] & object };
};

/**
 * Has Serverless check "extend" of package.json files: it makes a template of all functions that have one, and asks AWS for nothing.
 * Takes about two seconds, and nothing where no function has one.
 *
 * @throws UsageError that names the package.json, the key, and the reason of Serverless
 * @throws Failed with the output of Serverless when it fails for another reason
 */
export async function checkExtensions(stage: Stage, functions: readonly PackedFunction[]): Promise<void> {
  const extended = functions.filter((one): one is Extended => one.settings.extend !== undefined);
  if (extended.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'serverless-check-'));
  try {
    writeFileSync(join(folder, 'serverless.yml'), renderService(serviceWith(stage, extended), 'A check.'));
    // Serverless wants the file. It reads it in a deployment only.
    writeFileSync(join(folder, 'function.zip'), '');
    const failure = await runServerless(folder, ['package']);
    if (failure) throw mistakeIn(failure.message, extended) ?? failure;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One service of all functions: each has what the provider of its own service has. */
function serviceWith(stage: Stage, functions: readonly Extended[]) {
  const definitions = functions.map((packed) => {
    const { service } = functionService(stage, packed);
    const own = (service.functions as Record<string, object>)[packed.name];
    const vpc = networkOf(stage, packed.settings) ?? false;
    return [packed.name, { ...own, architecture: packed.code.architecture, vpc }];
  });
  return serviceOf(stage, 'check', {
    provider: { runtime: 'nodejs24.x', versionFunctions: false },
    package: { artifact: 'function.zip' },
    functions: Object.fromEntries(definitions),
  });
}

/** @returns an error with all lines of Serverless that name a key of "extend"; undefined when there is none */
function mistakeIn(output: string, functions: readonly Extended[]): UsageError | undefined {
  const mistakes = output.split('\n').flatMap((line) => {
    const [, name, path = '', reason = ''] = placed.exec(line) ?? [];
    const { extend = [] } = functions.find((one) => one.name === name)?.settings ?? {};
    const found = extend.findLast(({ keys }) => Object.keys(keys).some((key) => isNamed(key, path, reason)));
    return found ? [`${found.root}/package.json: "lambda.extend${path}": ${reason}`] : [];
  });
  return mistakes.length > 0
    ? new UsageError(`${mistakes.join('; ')}. Keys of a function: ${keysOfFunction}`)
    : undefined;
}

/** At `.kmsKeyArn`, `unrecognized property 'kmsKey'` or `when using fileSystemConfig, ensure` */
function isNamed(key: string, path: string, reason: string): boolean {
  if (path) return path === `.${key}` || path.startsWith(`.${key}.`);
  return [`'${key}'`, ` ${key}, `].some((name) => reason.includes(name));
}
