import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { ApiSnapshot } from '@nanoservices/api/compatible';

/** The contracts that a function was built with: those of its endpoints, and those of what they call. */
export interface ContractRecord {
  /** Names of the endpoints of the function. */
  readonly endpoints: readonly string[];
  readonly api: ApiSnapshot;
}

const folder = 'contracts/';

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

  /** The functions that have records, and the hashes of the code of each. */
  async list(): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    const request = { Bucket: this.#bucket, Prefix: folder };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, request)) {
      for (const { Key = '' } of Contents) {
        const [, name, hash] = /^contracts\/([^/]+)\/([\w-]+)\.json$/.exec(Key) ?? [];
        if (name && hash) found.set(name, (found.get(name) ?? new Set()).add(hash));
      }
    }
    return found;
  }

  async read(name: string, codeSha256: string): Promise<ContractRecord | undefined> {
    try {
      const request = new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(name, codeSha256) });
      const { Body } = await this.#client.send(request);
      return JSON.parse((await Body?.transformToString()) ?? '');
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  async write(name: string, codeSha256: string, record: ContractRecord): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: keyOf(name, codeSha256),
        Body: JSON.stringify(record),
        ContentType: 'application/json',
      }),
    );
  }
}

function keyOf(name: string, codeSha256: string): string {
  return `${folder}${name}/${recordHash(codeSha256)}.json`;
}

/** A hash as AWS gives it, base64, as the name of an object. */
export function recordHash(codeSha256: string): string {
  return codeSha256.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
