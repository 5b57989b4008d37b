import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LeaseTaken } from '../errors.ts';
import { formatFact, requireReadable } from './stage-format.ts';

export interface LeaseOptions {
  readonly bucket: string;
  readonly region: string;
  /** Silence after which a holder counts as dead. A holder renews its lease three times as often. Default: 30,000. */
  readonly silenceMs?: number;
  /** Longest wait for another holder. */
  readonly patienceMs: number;
  /** Called once when another holder has the lease. */
  onWait(name: string, holder: string): void;
}

/**
 * Exclusive rights to change a part of a stage, such as a function. A lease is an object in the deployment bucket that
 * only one process can create (S3's conditional writes). Its holder keeps rewriting it. A waiting process that sees no
 * change for a while takes it over. So a killed deployment does not block others for long, and no clocks are compared.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class Leases {
  readonly #options: LeaseOptions;
  readonly #s3: S3Client;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#s3 = new S3Client({ region: options.region, maxAttempts: 8 });
  }

  /**
   * Runs work while holding a lease.
   *
   * @param work - receives a function that throws when the lease was lost, and calls it before each change. A lease is lost, too, when it
   * could not be renewed for as long as others wait: they may have it by now
   * @throws LeaseTaken when another holder does not release it in time
   */
  async hold<Result>(name: string, work: (assertHeld: () => void) => Promise<Result>): Promise<Result> {
    const key = `leases/${name}`;
    const acquired = await this.#acquire(name, key);
    let tag: string | undefined = acquired.tag;
    let { held } = acquired;
    const ended = new AbortController();
    const renewing = (async () => {
      for (let beat = 1; tag !== undefined && !ended.signal.aborted; beat++) {
        await sleep(this.#silenceMs / 3, undefined, { signal: ended.signal }).catch(() => {});
        if (ended.signal.aborted) return;
        const renewed = new Held();
        try {
          tag = await this.#write(key, `${beat}`, { IfMatch: tag });
          held = renewed;
        } catch {
          // S3 cannot be asked: the next beat tries again.
        }
      }
    })();
    try {
      return await work(() => {
        if (tag !== undefined && held.ageMs() < this.#silenceMs) return;
        throw new LeaseTaken(
          tag === undefined
            ? `Another deployment took over ${name}: deploy again.`
            : `${name} could not be kept for this deployment, and another one may have it: deploy again.`,
        );
      });
    } finally {
      ended.abort();
      await renewing;
      // A lease that was taken over stays. A failed deletion only makes the next holder wait.
      if (tag !== undefined) await this.#delete(key, tag).catch(() => {});
    }
  }

  async #acquire(name: string, key: string): Promise<{ tag: string; held: Held }> {
    const startedAt = performance.now();
    let seen = '';
    let seenAt = startedAt;
    for (;;) {
      const held = new Held();
      const tag = await unlessConflict(this.#write(key, '0', { IfNoneMatch: '*' }));
      if (tag) return { tag, held };
      const other = await this.#read(key);
      if (!other) continue;
      const now = performance.now();
      if (other.tag !== seen) {
        if (!seen) this.#options.onWait(name, other.holder);
        seen = other.tag;
        seenAt = now;
      } else if (now - seenAt > this.#silenceMs) {
        const held = new Held();
        const tag = await unlessConflict(this.#write(key, '0', { IfMatch: other.tag }));
        if (tag) return { tag, held };
      }
      if (now - startedAt > this.#options.patienceMs) {
        throw new LeaseTaken(
          `${name} is being deployed by ${other.holder}. Wait for them, or ask them to stop.`,
        );
      }
      await sleep(Math.min(1000, this.#silenceMs / 5));
    }
  }

  get #silenceMs(): number {
    return this.#options.silenceMs ?? 30_000;
  }

  /** @returns the object's new ETag; undefined when the condition does not hold */
  async #write(
    key: string,
    beat: string,
    condition: { IfMatch: string } | { IfNoneMatch: '*' },
  ): Promise<string | undefined> {
    const body = JSON.stringify({ holder: self, beat, ...formatFact() });
    try {
      const written = await this.#s3.send(
        new PutObjectCommand({ Bucket: this.#options.bucket, Key: key, Body: body, ...condition }),
      );
      return written.ETag;
    } catch (error) {
      const { name } = error as Error;
      // It is another one, or gone. A conflict with another write under way says nothing of either: the next attempt does.
      if (['PreconditionFailed', 'NoSuchKey'].includes(name)) {
        // The object is ours when only the response to an earlier attempt got lost.
        const current = await this.#read(key);
        return current?.body === body ? current.tag : undefined;
      }
      throw error;
    }
  }

  async #read(key: string): Promise<{ tag: string; holder: string; body: string } | undefined> {
    try {
      const found = await this.#s3.send(new GetObjectCommand({ Bucket: this.#options.bucket, Key: key }));
      const body = (await found.Body?.transformToString()) ?? '{}';
      const { holder, format } = JSON.parse(body);
      requireReadable(format, `The deployment of ${holder}, who holds ${key},`);
      return { tag: found.ETag ?? '', holder, body };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** Deletes the lease if it is still this one. */
  #delete(key: string, tag: string): Promise<unknown> {
    return this.#s3.send(new DeleteObjectCommand({ Bucket: this.#options.bucket, Key: key, IfMatch: tag }));
  }
}

/** @returns undefined when another write of the same object was under way */
async function unlessConflict(write: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await write;
  } catch (error) {
    if ((error as Error).name === 'ConditionalRequestConflict') return undefined;
    throw error;
  }
}

/** The time since a lease was asked for. The clock of the day counts, too: the other one stands still while a machine sleeps. */
class Held {
  readonly #at = performance.now();
  readonly #day = Date.now();

  ageMs(): number {
    return Math.max(performance.now() - this.#at, Date.now() - this.#day);
  }
}

/** The name of this process for others. */
const self = `${userInfo().username}@${hostname()} (process ${process.pid}, since ${new Date().toISOString()})`;
