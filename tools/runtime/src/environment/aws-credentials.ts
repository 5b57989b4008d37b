import { type PackedFunction, UsageError } from '@nanoservices/model';

/** Variables in which a function finds credentials. */
export type AwsCredentials = Readonly<Record<string, string>>;

/**
 * Finds the credentials of the person at this machine where the AWS CLI finds them: variables, profiles, single sign-on.
 *
 * @throws UsageError when there are none, or they have expired
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export async function readAwsCredentials(): Promise<AwsCredentials> {
  // Loaded on demand: hardly any start needs it.
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  try {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = await defaultProvider()();
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  } catch (error) {
    throw new UsageError(
      `--aws-credentials: there are none. ${(error as Error).message.replace(/\.?$/, '.')} Log in first, as with aws sso login, or set AWS_PROFILE.`,
      { cause: error },
    );
  }
}

/** @returns the credentials, for a function whose contracts declare permissions; otherwise nothing */
export function credentialsFor(
  { permissions }: Pick<PackedFunction, 'permissions'>,
  credentials: AwsCredentials | undefined,
): AwsCredentials {
  return permissions.length > 0 && credentials ? credentials : {};
}
