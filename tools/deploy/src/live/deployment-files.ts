import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

/** Deletes all objects of the deployment bucket whose keys begin with `prefix`. */
export async function deleteFolder(region: string, bucket: string, prefix: string): Promise<void> {
  const client = new S3Client({ region, maxAttempts: 8 });
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket: bucket, Prefix: prefix },
  )) {
    if (Contents.length === 0) continue;
    const objects = Contents.map(({ Key }) => ({ Key }));
    await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
  }
}
