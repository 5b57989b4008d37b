import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { Failed } from '../errors.ts';

/**
 * Deletes all objects of a bucket, with all their versions. A bucket that is gone has none.
 *
 * @throws Failed when some stay
 */
export async function emptyBucket(region: string, bucket: string): Promise<void> {
  const client = new S3Client({ region, maxAttempts: 8 });
  // Each page is deleted before the next one is asked for, so each is a first one.
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client
      .send(new ListObjectVersionsCommand({ Bucket: bucket }))
      .catch((error: Error) => {
        if (error.name === 'NoSuchBucket') return {} as ListObjectVersionsCommandOutput;
        throw error;
      });
    const objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (objects.length === 0) return;
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new Failed(`${error.Key} of the bucket ${bucket} cannot be deleted: ${error.Message}.`);
  }
}
