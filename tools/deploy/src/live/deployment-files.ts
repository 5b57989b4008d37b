import type { Stage } from '@nanoservices/model';
import type { Template } from '../packaging/serverless-template.ts';
import { BucketObjects } from './bucket-objects.ts';

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
  readonly #objects: BucketObjects;

  constructor(stage: Stage, bucket: string) {
    this.#stage = stage;
    this.#objects = new BucketObjects(stage.region, bucket);
  }

  get bucket(): string {
    return this.#objects.bucket;
  }

  /** Stores a function's zip under its hash. */
  async putCode(
    name: string,
    { zip, codeSha256 }: { readonly zip: Uint8Array; readonly codeSha256: string },
  ): Promise<CodeLocation> {
    const key = `${this.#folder(name)}code/${Buffer.from(codeSha256, 'base64').toString('hex')}.zip`;
    await this.#objects.put(key, zip);
    return { S3Bucket: this.bucket, S3Key: key };
  }

  /** Stores the template of a configuration, which tells what a version with it may do. */
  async putTemplate(name: string, configuration: string, template: Template): Promise<void> {
    await this.#objects.put(this.#templateKey(name, configuration), JSON.stringify(template));
  }

  /** @returns undefined when the configuration was deployed before templates were kept */
  async readTemplate(name: string, configuration: string): Promise<Template | undefined> {
    const text = await this.#objects.text(this.#templateKey(name, configuration));
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Stores a template that is too large for a request. @param name - a stack's name in the workspace */
  async putLargeTemplate(name: string, text: string): Promise<{ readonly url: string }> {
    const key = `${this.#folder(name)}template.json`;
    await this.#objects.put(key, text);
    const { region } = this.#stage;
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { url: `https://s3.${region}.${domain}/${this.bucket}/${key}` };
  }

  /** Deletes old code of a function, also of earlier versions of this package. @param current - stays, however old */
  async forgetOldCode(name: string, current: CodeLocation): Promise<void> {
    const files = (await this.#objects.newestFirst(this.#folder(name))).filter(
      ({ Key = '' }) => Key !== current.S3Key && !Key.startsWith(this.#templatesFolder(name)),
    );
    await this.#objects.delete(files.slice(keptFiles));
  }

  /** The names of the functions and other parts that have files. */
  names(): Promise<string[]> {
    return this.#objects.folders(`serverless/${this.#stage.application}-`);
  }

  /** Deletes all files of a function. */
  async deleteAll(name: string): Promise<void> {
    await this.#objects.delete(await this.#objects.newestFirst(this.#folder(name)));
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
}
