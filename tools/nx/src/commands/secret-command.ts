import {
  missingOf,
  missingSecretsText,
  readSecrets,
  removeSecrets,
  requireAccount,
  type SecretOf,
  type StageSecret,
  setSecret,
} from '@nanoservices/deploy';
import {
  type PackedApplication,
  readWorkspace,
  type Stage,
  UsageError,
  type Workspace,
} from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-codes.ts';
import { readSecretValue } from './read-secret-value.ts';
import { refuseUnfit } from './refuse-unfit.ts';
import { requireStage, stageOption, topologyOption } from './stage-option.ts';
import { textTable } from './text-table.ts';

interface SecretRequest {
  readonly workspace: Workspace;
  readonly stage: Stage;
  readonly application: PackedApplication;
  readonly names: readonly string[];
  readonly functionName: string | undefined;
  readonly isJson: boolean;
}

const actions: Readonly<Record<string, (request: SecretRequest) => Promise<number>>> = {
  set,
  list,
  rm: remove,
};

export default command({
  name: 'secret',
  summary: 'Set, list or remove the secrets of a stage',
  names: {
    value: '<set|list|rm> [NAME]',
    description: 'what to do, and the name in the contract: see below',
    most: Number.POSITIVE_INFINITY,
  },
  options: {
    ...stageOption,
    ...topologyOption,
    function: {
      type: 'string',
      value: 'NAME',
      description: 'of this one only (default: all that declare the secret)',
    },
    json: { type: 'boolean', description: 'print the list as JSON' },
  },
  details: `  set NAME  read a value from standard input, or ask for it, and give it to the functions whose contracts declare NAME
  list      the declared secrets, their functions, and when they were set last; never a value
  rm NAME   remove it

Running functions have a new value within five minutes.`,
  run: async ({ workspaceRoot, names: [action = '', ...names], values }) => {
    const act = actions[action];
    if (!act) {
      const choices = Object.keys(actions).join(', ');
      throw new UsageError(`There is no "nanos secret ${action}". There are: ${choices}.`);
    }
    refuseValue(action, names);
    const stageName = requireStage(values.stage);
    const workspace = await readWorkspace(workspaceRoot);
    const stage = workspace.stage(stageName);
    await requireAccount(stage);
    return act({
      workspace,
      stage,
      application: workspace.pack(values.topology),
      names,
      functionName: values.function,
      isJson: values.json ?? false,
    });
  },
});

/** Arguments are kept in histories of shells and shown in lists of processes. No message repeats them. */
function refuseValue(action: string, names: readonly string[]): void {
  const [name = ''] = names;
  const most = action === 'list' ? 0 : 1;
  if (names.length > most || (name !== '' && !/^\w+$/.test(name))) {
    throw new UsageError(
      action === 'list'
        ? 'nanos secret list takes no name.'
        : `nanos secret ${action} takes one name, and no value: a value comes from standard input, or is asked for.`,
    );
  }
  if (names.length < most) throw new UsageError(`Which secret? nanos secret ${action} NAME --stage STAGE`);
}

async function set(request: SecretRequest): Promise<number> {
  const { workspace, stage, application, names } = request;
  const [name = ''] = names;
  const functions = declaringFunctions(request, name);
  const value = await readSecretValue(`${name} on ${stage.name}: `);
  refuseUnfit(workspace, application, { name, functions, value });
  for (const one of functions) {
    await setSecret(stage, { name, function: one }, value);
    console.log(`✓ ${name} of ${one}`);
  }
  return exitCodes.done;
}

async function list({ stage, application, functionName, isJson }: SecretRequest): Promise<number> {
  const functions = application.functions.filter(
    ({ name }) => functionName === undefined || name === functionName,
  );
  if (functions.length === 0) throw new UsageError(noSuchFunction(functionName, application));
  const secrets = await readSecrets(stage, functions);
  if (isJson) {
    console.log(JSON.stringify({ stage: stage.name, secrets }));
    return exitCodes.done;
  }
  if (secrets.length === 0) {
    console.log('No contract declares a secret.');
    return exitCodes.done;
  }
  console.log(textTable(['secret', 'function', 'set'], secrets.map(row)));
  const missing = missingOf(secrets);
  if (missing.length > 0) console.log(missingSecretsText(stage, missing));
  return exitCodes.done;
}

function row({ name, function: owner, setAt, isRequired }: StageSecret): string[] {
  const absent = isRequired ? 'missing' : 'not set';
  return [name, owner, setAt?.toISOString() ?? absent];
}

async function remove(request: SecretRequest): Promise<number> {
  const { stage, application, names, functionName } = request;
  const [name = ''] = names;
  // A function that is gone, or declares it no more, may have it still.
  const functions = functionName === undefined ? declaringFunctions(request, name) : [functionName];
  const removed = await removeSecrets(
    stage,
    functions.map((one): SecretOf => ({ name, function: one })),
  );
  if (removed.length === 0) {
    console.error(`${name} is not set on ${stage.name} for ${functions.join(', ')}.`);
    return exitCodes.failed;
  }
  for (const one of removed) {
    const packed = application.functions.find((found) => found.name === one.function);
    const isNeeded = packed?.variables.some((own) => own.name === name && own.isRequired);
    console.log(
      `✓ removed ${name} of ${one.function}${isNeeded ? ', which needs it: it answers 500 within five minutes' : ''}`,
    );
  }
  return exitCodes.done;
}

/** @throws UsageError with the choices when no function, or not the named one, declares the secret */
function declaringFunctions({ application, functionName }: SecretRequest, name: string): string[] {
  const { functions } = application;
  const declares = (one: (typeof functions)[number]) =>
    one.variables.some((own) => own.isSecret && own.name === name);
  const declaring = functions.filter(declares).map((one) => one.name);
  if (declaring.length === 0) {
    const all = functions.flatMap(({ variables }) => variables.filter(({ isSecret }) => isSecret));
    const choices = [...new Set(all.map((one) => one.name))].sort().join(', ') || 'none';
    throw new UsageError(`No contract declares the secret ${name}. Declared: ${choices}.`);
  }
  if (functionName === undefined) return declaring;
  if (declaring.includes(functionName)) return [functionName];
  if (!functions.some((one) => one.name === functionName)) {
    throw new UsageError(noSuchFunction(functionName, application));
  }
  throw new UsageError(`${functionName} declares no secret ${name}. These do: ${declaring.join(', ')}.`);
}

function noSuchFunction(name: string | undefined, { topology, functions }: PackedApplication): string {
  return `The topology ${topology} has no function "${name}". It has: ${functions.map((one) => one.name).join(', ')}.`;
}
