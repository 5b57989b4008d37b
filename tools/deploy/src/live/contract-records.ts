import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ApiSnapshot } from '@nanoservices/api/compatible';
import { Failed } from '../errors.ts';
import { formatFact, requireReadable } from './stage-format.ts';

/** The contracts that a function was built with: those of its endpoints, and those of what they call. */
export interface ContractRecord {
  /** Names of the endpoints of the function. */
  readonly endpoints: readonly string[];
  readonly api: ApiSnapshot;
}

const folder = 'contracts/';
/** Number of records that a function keeps: those of versions that a rollback may bring back, and more. */
const keptRecords = 20;

/**
 * The contracts of deployed code, in the deployment bucket. A record belongs to the hash of the code, which AWS keeps of each version:
 * the same code has the same contracts. So it is written before the code is deployed, and needs neither git nor a clean working tree.
 */
export class ContractRecords {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(region: string, bucket: string) {
    this.#client = new S3Client({ region, maxAttempts: 8 });
    this.#bucket = bucket;
  }

  /** Names of the functions that have records. */
  async functions(): Promise<string[]> {
    const found: string[] = [];
    const request = { Bucket: this.#bucket, Prefix: folder, Delimiter: '/' };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.#client }, request)) {
      found.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(folder.length, -1)));
    }
    return found;
  }

  /** @throws Failed when a newer version wrote the record, or it is none */
  async read(name: string, codeSha256: string): Promise<ContractRecord | undefined> {
    const Key = keyOf(name, codeSha256);
    const text = await this.#text(Key);
    return text === undefined ? undefined : parseRecord(text, `s3://${this.#bucket}/${Key}`);
  }

  async #text(Key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /**
   * Writes a record, and removes the oldest ones of the function.
   *
   * @param live - hash of the live version's code, whose record stays
   */
  async write(
    name: string,
    codeSha256: string,
    record: ContractRecord,
    live: string | undefined,
  ): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: keyOf(name, codeSha256),
        Body: JSON.stringify({ ...formatFact(), ...record }),
        ContentType: 'application/json',
      }),
    );
    const all = await this.#objects(`${folder}${name}/`);
    const kept = live === undefined ? '' : keyOf(name, live);
    const old = all
      .sort((a, b) => b.time - a.time)
      .slice(keptRecords)
      .filter(({ Key }) => Key !== kept);
    if (old.length === 0) return;
    const Objects = old.map(({ Key }) => ({ Key }));
    await this.#client.send(
      new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
    );
  }

  /** Deletes the records of a function. */
  async forget(name: string): Promise<void> {
    const Objects = (await this.#objects(`${folder}${name}/`)).map(({ Key }) => ({ Key }));
    if (Objects.length === 0) return;
    await this.#client.send(
      new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
    );
  }

  async #objects(prefix: string): Promise<{ Key: string; time: number }[]> {
    const { Contents = [] } = await this.#client.send(
      new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key = '', LastModified }) => ({ Key, time: LastModified?.getTime() ?? 0 }));
  }
}

async function parseRecord(text: string, address: string): Promise<ContractRecord> {
  const content = parseJson(text, address);
  requireReadable(content.format, `The record of contracts ${address}`);
  const { parseSnapshot } = await import('@nanoservices/api/compatible');
  try {
    const { endpoints } = content;
    if (!isNames(endpoints)) throw new Error('"endpoints": must be a list of names');
    return { endpoints, api: parseSnapshot(content.api) };
  } catch (error) {
    throw mistake(address, error);
  }
}

function parseJson(text: string, address: string): Record<string, unknown> & { readonly format?: string } {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw mistake(address, error);
  }
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function mistake(address: string, cause: unknown): Failed {
  return new Failed(
    `${address} is no record of contracts: ${(cause as Error).message}. Remove it: its version is then compared with nothing, and the next deployment makes one.`,
    { cause },
  );
}

/** A hash as AWS gives it, base64, is the name of an object when it has no slash. */
function keyOf(name: string, codeSha256: string): string {
  return `${folder}${name}/${codeSha256.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}.json`;
}
