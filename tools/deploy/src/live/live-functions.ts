import {
  type AliasConfiguration,
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  PublishVersionCommand,
  type PublishVersionCommandOutput,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import type { SmokeEvent } from '@nanoservices/endpoint/smoke';
import { type Grants, parseGrants } from '@nanoservices/postgres/grants';
import { Failed, LeaseTaken } from '../errors.ts';
import { grantsVariable } from '../stacks/function-service.ts';
import { liveAlias } from '../stacks/names.ts';
import { configurationIn, describe, factsOf } from './description.ts';
import { requireReadable } from './stage-format.ts';

/** The state of a function on AWS that a deployment changes. */
export interface Revision {
  /** Changes with every change of the state. A change may demand that it is still this one. */
  readonly revisionId?: string | undefined;
  /** Names of the functions whose live versions it calls, by the variables that say so. */
  readonly callees?: Readonly<Record<string, string>>;
  /** A number, or `$LATEST`. */
  readonly version: string;
  readonly codeSha256: string;
  /** The hash of its configuration; undefined when `deploy` did not deploy it. */
  readonly configuration: string | undefined;
  readonly commit: string | undefined;
  /** Time of the last change, ISO 8601. */
  readonly modified: string | undefined;
  readonly memorySize: number | undefined;
  readonly timeout: number | undefined;
  /** Rights in the database; undefined when the version does not record them. */
  readonly grants?: Grants | undefined;
  /** Reason why its record of rights cannot be read. */
  readonly grantsMistake?: string | undefined;
}

/** The state of the alias `live`. */
export interface LiveAlias {
  /** Changes with every move. */
  readonly revisionId?: string | undefined;
  readonly version: string;
  /** Time of the last move, ISO 8601; undefined when it was moved by hand. */
  readonly since: string | undefined;
  /** Previous live versions, oldest first. */
  readonly history: readonly string[];
  /** Weights: a part of the requests goes to another version. */
  readonly isWeighted: boolean;
  /** The version that this part goes to. */
  readonly rollingOut?: string;
  /** The version that was live before a rollback. */
  readonly rolledBackFrom: string | undefined;
  /** All versions that rollbacks have taken away since the last deployment, the newest first. */
  readonly rolledBack?: readonly string[];
}

/** The facts of a revision's description. */
type Marked = Readonly<Partial<Record<'format' | 'configuration' | 'commit', string>>>;

/** The reason why a version failed its smoke test. */
export type SmokeFailure = string;

/** The functions of a stage on AWS Lambda. */
export class LiveFunctions {
  readonly #lambda: LambdaClient;

  constructor(lambda: LambdaClient) {
    this.#lambda = lambda;
  }

  /** The function's current code and configuration, or those of an alias; undefined where there is none. */
  async read(name: string, qualifier?: string): Promise<Revision | undefined> {
    const found = await unlessMissing(
      this.#lambda.send(new GetFunctionCommand({ FunctionName: name, Qualifier: qualifier })),
    );
    const configuration = found?.Configuration;
    if (!configuration) return undefined;
    const isLatest = configuration.Version === '$LATEST';
    const variables = configuration.Environment?.Variables ?? {};
    const { format, ...facts }: Marked = isLatest
      ? configurationIn(configuration.Description)
      : factsOf(configuration.Description);
    requireReadable(format, isLatest ? name : `Version ${configuration.Version} of ${name}`);
    return {
      revisionId: configuration.RevisionId,
      version: configuration.Version ?? '$LATEST',
      codeSha256: configuration.CodeSha256 ?? '',
      configuration: facts.configuration,
      commit: facts.commit,
      modified: configuration.LastModified,
      memorySize: configuration.MemorySize,
      timeout: configuration.Timeout,
      callees: calleesIn(variables),
      ...readGrants(variables[grantsVariable]),
    };
  }

  async readLive(name: string): Promise<LiveAlias | undefined> {
    const alias = await unlessMissing(
      this.#lambda.send(new GetAliasCommand({ FunctionName: name, Name: liveAlias })),
    );
    if (!alias) return undefined;
    const { format } = factsOf(alias.Description);
    requireReadable(format, `The alias "${liveAlias}" of ${name}`);
    return toLiveAlias(alias);
  }

  /**
   * Replaces the function's code where it is another one, and waits until Lambda has applied it.
   *
   * @param changing - called before the code is replaced
   * @throws Failed when somebody else changes the function meanwhile
   */
  async ensureCode(
    name: string,
    { zip, codeSha256 }: { readonly zip: Uint8Array; readonly codeSha256: string },
    changing: () => void,
  ): Promise<void> {
    await this.settled(name);
    const latest = await this.read(name);
    if (latest?.codeSha256 === codeSha256) return;
    changing();
    try {
      await this.#lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip, RevisionId: latest?.revisionId }),
      );
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      // The response to an earlier attempt got lost, or somebody else was faster.
      if ((await this.read(name))?.codeSha256 !== codeSha256) throw changedMeanwhile(name);
    }
    await this.settled(name);
  }

  /** Waits until no change of the function is under way. */
  async settled(name: string): Promise<void> {
    const waiter = { client: this.#lambda, maxWaitTime: 300, minDelay: 1, maxDelay: 5 };
    await waitUntilFunctionUpdatedV2(waiter, { FunctionName: name });
  }

  /**
   * Publishes the current state of a function. When the last version has this state already, Lambda returns that version:
   * a publication may be retried after its response got lost.
   *
   * @returns the version
   * @throws Failed when the published state is not the expected one: it was changed meanwhile
   */
  async publish(
    name: string,
    expected: Pick<Revision, 'codeSha256' | 'configuration' | 'commit'>,
  ): Promise<string> {
    const { codeSha256, configuration = '', commit = '' } = expected;
    const published = await this.#publish(name, expected, describe({ commit, configuration }));
    const { Version, Description, CodeSha256 } = published;
    if (!Version || CodeSha256 !== codeSha256 || factsOf(Description).configuration !== configuration) {
      throw changedMeanwhile(name);
    }
    return Version;
  }

  /** Publishes the state that was read, and no later one. */
  async #publish(
    name: string,
    { codeSha256, configuration }: Pick<Revision, 'codeSha256' | 'configuration'>,
    description: string,
  ): Promise<PublishVersionCommandOutput> {
    for (let attempt = 1; ; attempt++) {
      const latest = await this.read(name);
      if (latest?.codeSha256 !== codeSha256 || latest.configuration !== configuration) {
        throw changedMeanwhile(name);
      }
      const { revisionId } = latest;
      try {
        return await this.#lambda.send(
          new PublishVersionCommand({
            FunctionName: name,
            CodeSha256: codeSha256,
            Description: description,
            RevisionId: revisionId,
          }),
        );
      } catch (error) {
        // A publication whose response got lost has changed the revision, too: the next one returns the same version.
        if (!isOvertaken(error) || attempt === 3) throw error;
      }
    }
  }

  /** Invokes a version with a smoke event. @returns undefined when it succeeds */
  async smoke(name: string, version: string, event: SmokeEvent): Promise<SmokeFailure | undefined> {
    const result = await this.#lambda.send(
      new InvokeCommand({
        FunctionName: name,
        Qualifier: version,
        LogType: 'Tail',
        Payload: JSON.stringify(event),
      }),
    );
    const payload = Buffer.from(result.Payload ?? []).toString();
    const isWell = result.FunctionError === undefined && isSuccess(payload);
    if (isWell) return undefined;
    const log = Buffer.from(result.LogResult ?? '', 'base64')
      .toString()
      .trim();
    return `${event.routeKey} gave ${payload || 'nothing'}${log && `\nIts log ends with:\n${log}`}`;
  }

  /** The published versions of a function, oldest first. */
  async versions(name: string): Promise<string[]> {
    const versions: string[] = [];
    const pages = paginateListVersionsByFunction({ client: this.#lambda }, { FunctionName: name });
    for await (const page of pages)
      versions.push(...(page.Versions ?? []).map(({ Version = '' }) => Version));
    return versions.filter((version) => version !== '$LATEST').sort((a, b) => Number(a) - Number(b));
  }

  async deleteVersion(name: string, version: string): Promise<void> {
    const command = new DeleteFunctionCommand({ FunctionName: name, Qualifier: version });
    // It is gone when the response to an earlier attempt got lost.
    await unlessMissing(this.#lambda.send(command));
  }

  /**
   * Points the alias `live` to a version. From then on, requests reach this version.
   *
   * @throws LeaseTaken when the alias is no longer as it was read: then it stays as it is
   */
  async pointLive(
    name: string,
    version: string,
    { before, history, rolledBackFrom }: LiveMove,
  ): Promise<void> {
    const rolledBack = rolledBackFrom === undefined ? [] : [rolledBackFrom, ...(before?.rolledBack ?? [])];
    await this.#changeAlias(name, before, { version, history: history.slice(-10), rolledBack });
  }

  /**
   * Sends a part of the requests to another version than the live one.
   *
   * @param share - of all requests, between 0 and 1
   * @returns the alias as it is now
   * @throws LeaseTaken as {@link pointLive}
   */
  async shareLive(name: string, before: LiveAlias, version: string, share: number): Promise<LiveAlias> {
    const { version: live, history, rolledBack = [] } = before;
    return this.#changeAlias(name, before, {
      version: live,
      history,
      rolledBack,
      rollingOut: { version, share },
    });
  }

  /**
   * Sends all requests to the live version again.
   *
   * @param isRolledBack - no deployment shall bring the other version back by itself
   * @throws LeaseTaken as {@link pointLive}
   */
  async unshareLive(name: string, before: LiveAlias, isRolledBack: boolean): Promise<void> {
    const { version, history, rollingOut, rolledBack = [] } = before;
    const more = isRolledBack && rollingOut !== undefined ? [rollingOut] : [];
    await this.#changeAlias(name, before, { version, history, rolledBack: [...more, ...rolledBack] });
  }

  async #changeAlias(
    name: string,
    before: LiveAlias | undefined,
    { version, history, rolledBack, rollingOut }: AliasChange,
  ): Promise<LiveAlias> {
    const since = new Date().toISOString();
    const alias = {
      FunctionName: name,
      Name: liveAlias,
      FunctionVersion: version,
      Description: describe({
        since,
        ...(history.length > 0 && { history: history.join(',') }),
        ...(rolledBack.length > 0 && {
          rolledBackFrom: [...new Set(rolledBack)].slice(0, mostRolledBack).join(','),
        }),
      }),
    };
    const weights = rollingOut ? { [rollingOut.version]: rollingOut.share } : {};
    const fence = { RevisionId: before?.revisionId, RoutingConfig: { AdditionalVersionWeights: weights } };
    try {
      const updated =
        before && (await unlessMissing(this.#lambda.send(new UpdateAliasCommand({ ...alias, ...fence }))));
      // It is also gone when a stack that could not be mended was made again.
      return toLiveAlias(updated ?? (await this.#lambda.send(new CreateAliasCommand(alias))));
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      // The response to an earlier attempt got lost, or somebody else was faster.
      const now = await this.readLive(name);
      if (now?.version === version && now.since === since) return now;
      throw new LeaseTaken(
        `"${liveAlias}" of ${name} was moved to version ${now?.version} meanwhile, and stays there: deploy again.`,
      );
    }
  }
}

/** A description has room for few. */
const mostRolledBack = 5;

function toLiveAlias(alias: AliasConfiguration): LiveAlias {
  const { since, history, rolledBackFrom } = factsOf(alias.Description);
  const rolledBack = rolledBackFrom?.split(',') ?? [];
  const [rollingOut] = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return {
    revisionId: alias.RevisionId,
    version: alias.FunctionVersion ?? '',
    since,
    history: history?.split(',') ?? [],
    rolledBackFrom: rolledBack[0],
    rolledBack,
    isWeighted: rollingOut !== undefined,
    ...(rollingOut !== undefined && { rollingOut }),
  };
}

interface AliasChange {
  readonly version: string;
  readonly history: readonly string[];
  readonly rolledBack: readonly string[];
  /** Another version, and its share of the requests. */
  readonly rollingOut?: { readonly version: string; readonly share: number };
}

/** A move of the alias `live`. */
export interface LiveMove {
  /** The alias as it was read when the move was decided; undefined when there was none. */
  readonly before: LiveAlias | undefined;
  /** Previous live versions, oldest first. */
  readonly history: readonly string[];
  /** The version that was live until now, in a rollback. */
  readonly rolledBackFrom?: string | undefined;
}

/** The revision is another one by now, or the alias exists already. Conflicts in time have been tried again before. */
function isOvertaken(error: unknown): boolean {
  return ['PreconditionFailedException', 'ResourceConflictException'].includes((error as Error).name);
}

function changedMeanwhile(name: string): Failed {
  return new Failed(`${name} was changed by somebody else meanwhile; nothing went live. Deploy again.`);
}

/** The addresses of callees are variables such as `shop-dev-get-order:live`. */
function calleesIn(variables: Readonly<Record<string, string>>): Record<string, string> {
  const suffix = `:${liveAlias}`;
  const addresses = Object.entries(variables).filter(([, value]) => value.endsWith(suffix));
  return Object.fromEntries(addresses.map(([name, value]) => [name, value.slice(0, -suffix.length)]));
}

/** A record that cannot be read must not keep anyone from looking at the function, or from deploying it again. */
function readGrants(recorded: string | undefined): Pick<Revision, 'grants' | 'grantsMistake'> {
  try {
    return { grants: recorded === undefined ? undefined : parseGrants(recorded) };
  } catch (error) {
    return { grantsMistake: (error as Error).message };
  }
}

async function unlessMissing<Output>(request: Promise<Output>): Promise<Output | undefined> {
  try {
    return await request;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function isSuccess(payload: string): boolean {
  try {
    const { statusCode } = JSON.parse(payload);
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  }
}
