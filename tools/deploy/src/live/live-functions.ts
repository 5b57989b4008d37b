import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  PublishVersionCommand,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { type Grants, parseGrants } from '@nanoservices/data-access/grants';
import type { SmokeEvent } from '@nanoservices/endpoint/smoke';
import { grantsVariable, liveAlias } from '@nanoservices/platform';
import { Failed } from '../failed.ts';
import { configurationIn, describe, factsOf } from './description.ts';

/** The state of a function on AWS that a deployment changes. */
export interface Revision {
  /** A number, or $LATEST. */
  readonly version: string;
  readonly codeSha256: string;
  /** The hash it was deployed with; undefined when it was not deployed by us. */
  readonly configuration: string | undefined;
  readonly commit: string | undefined;
  /** ISO 8601. */
  readonly modified: string | undefined;
  readonly memorySize: number | undefined;
  readonly timeout: number | undefined;
  /** What it may do in the database; undefined when it does not say, as before it did. */
  readonly grants?: Grants | undefined;
}

/** Where the alias `live` points to. */
export interface LiveAlias {
  readonly version: string;
  /** ISO 8601; undefined when it was moved by somebody else. */
  readonly since: string | undefined;
  /** The versions that were live before, the last one last. */
  readonly history: readonly string[];
  /** Whether it sends a part of the requests to another version. */
  readonly isWeighted: boolean;
  /** The version that was live before a rollback. */
  readonly rolledBackFrom: string | undefined;
}

/** What came back from a smoke test; undefined when all is well. */
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
    const grants = configuration.Environment?.Variables?.[grantsVariable];
    const facts = isLatest ? {} : factsOf(configuration.Description);
    return {
      version: configuration.Version ?? '$LATEST',
      codeSha256: configuration.CodeSha256 ?? '',
      configuration: isLatest ? configurationIn(configuration.Description) : facts.configuration,
      commit: facts.commit,
      modified: configuration.LastModified,
      memorySize: configuration.MemorySize,
      timeout: configuration.Timeout,
      grants: grants === undefined ? undefined : parseGrants(grants),
    };
  }

  async readLive(name: string): Promise<LiveAlias | undefined> {
    const alias = await unlessMissing(
      this.#lambda.send(new GetAliasCommand({ FunctionName: name, Name: liveAlias })),
    );
    if (!alias) return undefined;
    const { since, history, rolledBackFrom } = factsOf(alias.Description);
    return {
      version: alias.FunctionVersion ?? '',
      since,
      history: history?.split(',') ?? [],
      rolledBackFrom,
      isWeighted: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
    };
  }

  /** Gives the function other code, and waits until Lambda has taken it. */
  async updateCode(name: string, zip: Uint8Array): Promise<void> {
    await this.settled(name);
    await this.#lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip }));
    await this.settled(name);
  }

  /** Waits until no change of the function is under way. */
  async settled(name: string): Promise<void> {
    const waiter = { client: this.#lambda, maxWaitTime: 300, minDelay: 1, maxDelay: 5 };
    await waitUntilFunctionUpdatedV2(waiter, { FunctionName: name });
  }

  /**
   * Publishes the current state of a function. When it is the state of the last version already, that one is it: a
   * publication whose answer got lost may be repeated.
   *
   * @throws Failed when the code is not the one expected: somebody else changed it meanwhile
   */
  async publish(
    name: string,
    expected: Pick<Revision, 'codeSha256' | 'configuration' | 'commit'>,
  ): Promise<string> {
    const { codeSha256, configuration = '', commit = '' } = expected;
    const published = await this.#lambda.send(
      new PublishVersionCommand({
        FunctionName: name,
        CodeSha256: codeSha256,
        Description: describe({ commit, configuration }),
      }),
    );
    const { Version, Description, CodeSha256 } = published;
    if (!Version || CodeSha256 !== codeSha256 || factsOf(Description).configuration !== configuration) {
      throw new Failed(
        `Version ${Version} of ${name} is not what was to be published. Somebody changed the function meanwhile: deploy again.`,
      );
    }
    return Version;
  }

  /** Invokes a version; tells why it is not fit for requests, if it is not. */
  async smoke(name: string, version: string, event: SmokeEvent): Promise<SmokeFailure | undefined> {
    const answer = await this.#lambda.send(
      new InvokeCommand({
        FunctionName: name,
        Qualifier: version,
        LogType: 'Tail',
        Payload: JSON.stringify(event),
      }),
    );
    const payload = Buffer.from(answer.Payload ?? []).toString();
    const isWell = answer.FunctionError === undefined && isSuccess(payload);
    if (isWell) return undefined;
    const log = Buffer.from(answer.LogResult ?? '', 'base64')
      .toString()
      .trim();
    return `${event.routeKey} gave ${payload || 'nothing'}${log && `\nIts log ends with:\n${log}`}`;
  }

  /** The published versions of a function, the oldest first. */
  async versions(name: string): Promise<string[]> {
    const versions: string[] = [];
    const pages = paginateListVersionsByFunction({ client: this.#lambda }, { FunctionName: name });
    for await (const page of pages)
      versions.push(...(page.Versions ?? []).map(({ Version = '' }) => Version));
    return versions.filter((version) => version !== '$LATEST').sort((a, b) => Number(a) - Number(b));
  }

  async deleteVersion(name: string, version: string): Promise<void> {
    await this.#lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: version }));
  }

  /**
   * Points the alias `live` to a version: the moment from which requests reach it.
   *
   * @param history - the versions that were live before, the last one last
   * @param rolledBackFrom - the version that was live until now, when this is a step back
   */
  async pointLive(
    name: string,
    version: string,
    history: readonly string[],
    rolledBackFrom?: string,
  ): Promise<void> {
    const alias = {
      FunctionName: name,
      Name: liveAlias,
      FunctionVersion: version,
      Description: describe({
        since: new Date().toISOString(),
        ...(history.length > 0 && { history: history.slice(-10).join(',') }),
        ...(rolledBackFrom !== undefined && { rolledBackFrom }),
      }),
    };
    const updated = await unlessMissing(
      this.#lambda.send(
        new UpdateAliasCommand({ ...alias, RoutingConfig: { AdditionalVersionWeights: {} } }),
      ),
    );
    if (updated) return;
    try {
      await this.#lambda.send(new CreateAliasCommand(alias));
    } catch (error) {
      // The answer to an earlier attempt got lost, or somebody else was faster.
      if ((error as Error).name !== 'ResourceConflictException') throw error;
      await this.#lambda.send(new UpdateAliasCommand(alias));
    }
  }
}

async function unlessMissing<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
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
