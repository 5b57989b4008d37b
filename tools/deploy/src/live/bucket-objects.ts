import {
  type _Object,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { inParts } from './in-parts.ts';

/** Maximum number of objects that S3 deletes with one request. */
const atOnce = 1000;

/** The objects of a bucket. */
export class BucketObjects {
  readonly bucket: string;
  readonly #client: S3Client;

  constructor(region: string, bucket: string) {
    this.bucket = bucket;
    this.#client = new S3Client({ region, maxAttempts: 8 });
  }

  /** @returns undefined when there is no such object */
  async text(Key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  async put(Key: string, Body: Uint8Array | string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body }));
  }

  /** The objects whose keys begin with a text, the newest first. */
  async newestFirst(Prefix: string): Promise<_Object[]> {
    const found: _Object[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.bucket, Prefix });
    for await (const { Contents = [] } of pages) found.push(...Contents);
    return found.sort((a, b) => Number(b.LastModified ?? 0) - Number(a.LastModified ?? 0));
  }

  /** The names of the folders whose paths begin with a text, without this text. */
  async folders(Prefix: string): Promise<string[]> {
    const names: string[] = [];
    const request = { Bucket: this.bucket, Prefix, Delimiter: '/' };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.#client }, request)) {
      names.push(...CommonPrefixes.map((one) => (one.Prefix ?? '').slice(Prefix.length, -1)));
    }
    return names;
  }

  async delete(objects: readonly _Object[]): Promise<void> {
    for (const some of inParts(objects, atOnce)) {
      const Objects = some.map(({ Key }) => ({ Key }));
      await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
      );
    }
  }
}
