import {
  type _Object,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Stage } from '@nanoservices/model';
import type { Template } from '../packaging/serverless-template.ts';

/** Number of earlier files that stay for each function. */
const keptFiles = 3;

/** The code of a function, for CloudFormation. */
export interface CodeLocation {
  readonly S3Bucket: string;
  readonly S3Key: string;
}

/**
 * The files of a stage in its deployment bucket: the code that stacks were deployed with, and the template of each configuration that a
 * function was deployed with.
 */
export class DeploymentFiles {
  readonly #stage: Stage;
  readonly bucket: string;
  readonly #client: S3Client;

  constructor(stage: Stage, bucket: string) {
    this.#stage = stage;
    this.bucket = bucket;
    this.#client = new S3Client({ region: stage.region, maxAttempts: 8 });
  }

  /** Stores a function's zip under its hash. */
  async putCode(
    name: string,
    { zip, codeSha256 }: { readonly zip: Uint8Array; readonly codeSha256: string },
  ): Promise<CodeLocation> {
    const key = `${this.#folder(name)}code/${Buffer.from(codeSha256, 'base64').toString('hex')}.zip`;
    await this.#put(key, zip);
    return { S3Bucket: this.bucket, S3Key: key };
  }

  /** Stores the template of a configuration, which tells what a version with it may do. */
  async putTemplate(name: string, configuration: string, template: Template): Promise<void> {
    await this.#put(this.#templateKey(name, configuration), JSON.stringify(template));
  }

  /** @returns undefined when the configuration was deployed before templates were kept */
  async readTemplate(name: string, configuration: string): Promise<Template | undefined> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: this.#templateKey(name, configuration) }),
      );
      return JSON.parse((await Body?.transformToString()) ?? '');
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** Stores a template that is too large for a request. @param name - a stack's name in the workspace */
  async putLargeTemplate(name: string, text: string): Promise<{ readonly url: string }> {
    const key = `${this.#folder(name)}template.json`;
    await this.#put(key, text);
    const { region } = this.#stage;
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { url: `https://s3.${region}.${domain}/${this.bucket}/${key}` };
  }

  /** Deletes old code of a function, also of earlier versions of this package. @param current - stays, however old */
  async forgetOldCode(name: string, current: CodeLocation): Promise<void> {
    const files = (await this.#list(this.#folder(name)))
      .filter(({ Key = '' }) => Key !== current.S3Key && !Key.startsWith(this.#templatesFolder(name)))
      .sort((a, b) => Number(b.LastModified ?? 0) - Number(a.LastModified ?? 0));
    await this.#delete(files.slice(keptFiles));
  }

  /** The names of what has files, such as functions. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    const Prefix = `serverless/${this.#stage.application}-`;
    const request = { Bucket: this.bucket, Prefix, Delimiter: '/' };
    for await (const page of paginateListObjectsV2({ client: this.#client }, request)) {
      const folders = page.CommonPrefixes ?? [];
      names.push(...folders.map((one) => (one.Prefix ?? '').slice(Prefix.length, -1)));
    }
    return names;
  }

  /** Deletes all files of a function. */
  async deleteAll(name: string): Promise<void> {
    await this.#delete(await this.#list(this.#folder(name)));
  }

  #folder(name: string): string {
    return `serverless/${this.#stage.application}-${name}/${this.#stage.name}/`;
  }

  #templatesFolder(name: string): string {
    return `${this.#folder(name)}templates/`;
  }

  #templateKey(name: string, configuration: string): string {
    return `${this.#templatesFolder(name)}${configuration}.json`;
  }

  async #put(Key: string, Body: Uint8Array | string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body }));
  }

  async #list(Prefix: string): Promise<_Object[]> {
    const found: _Object[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.bucket, Prefix });
    for await (const { Contents = [] } of pages) found.push(...Contents);
    return found;
  }

  async #delete(files: readonly _Object[]): Promise<void> {
    for (let start = 0; start < files.length; start += 1000) {
      const Objects = files.slice(start, start + 1000).map(({ Key }) => ({ Key }));
      await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
      );
    }
  }
}
