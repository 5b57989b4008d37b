import type { ApiSnapshot } from '@nanoservices/api/compatible';
import { Failed } from '../errors.ts';
import { BucketObjects } from './bucket-objects.ts';
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
  readonly #objects: BucketObjects;

  constructor(region: string, bucket: string) {
    this.#objects = new BucketObjects(region, bucket);
  }

  /** Names of the functions that have records. */
  functions(): Promise<string[]> {
    return this.#objects.folders(folder);
  }

  /** @throws Failed when a newer version wrote the record, or it is none */
  async read(name: string, codeSha256: string): Promise<ContractRecord | undefined> {
    const Key = keyOf(name, codeSha256);
    const text = await this.#objects.text(Key);
    return text === undefined ? undefined : parseRecord(text, `s3://${this.#objects.bucket}/${Key}`);
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
    await this.#objects.put(keyOf(name, codeSha256), JSON.stringify({ ...formatFact(), ...record }));
    const kept = live === undefined ? '' : keyOf(name, live);
    const old = (await this.#objects.newestFirst(`${folder}${name}/`)).slice(keptRecords);
    await this.#objects.delete(old.filter(({ Key }) => Key !== kept));
  }

  /** Deletes the records of a function. */
  async forget(name: string): Promise<void> {
    await this.#objects.delete(await this.#objects.newestFirst(`${folder}${name}/`));
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
