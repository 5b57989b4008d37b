import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Stage } from '@nanoservices/model';
import { Failed } from '../errors.ts';
import { stackName } from '../stacks/names.ts';
import { formatTag, requireReadable } from './stage-format.ts';

/** Answers of AWS to credentials that are not valid, or no longer. */
const refusedCredentials =
  /^(?:ExpiredToken(?:Exception)?|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure|IncompleteSignature)$/;

const setCredentials =
  'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; see "Deploy to your account" in the README of @nanoservices/deploy.';

/**
 * Checks with one request that AWS can be used (credentials, region, network), and that no newer version has deployed the stage.
 *
 * @throws Failed with the reason and the way out
 */
export async function requireAccount(stage: Stage): Promise<void> {
  const client = new CloudFormationClient({ region: stage.region, maxAttempts: 3 });
  try {
    await client.config.credentials();
  } catch (error) {
    throw new Failed(withoutCredentials(error as Error), { cause: error });
  }
  try {
    const { Stacks = [] } = await client.send(
      new DescribeStacksCommand({ StackName: stackName(stage, 'platform') }),
    );
    const format = Stacks[0]?.Tags?.find(({ Key }) => Key === formatTag)?.Value;
    requireReadable(format, `The stage ${stage.name}`);
  } catch (error) {
    if (error instanceof Failed) throw error;
    const failure = failureOf(error as NodeJS.ErrnoException, stage);
    if (failure) throw new Failed(failure, { cause: error });
  }
}

/** If a session has expired, the SDK tells more than that there are no credentials. */
function withoutCredentials({ message }: Error): string {
  const profile = process.env.AWS_PROFILE;
  const isGeneral = /Could not load credentials from any providers/.test(message);
  const reason = !isGeneral
    ? ` ${message}`
    : profile
      ? ` The profile "${profile}" of AWS_PROFILE has none.`
      : '';
  return `There are no AWS credentials.${reason} ${setCredentials}`;
}

function failureOf(
  { name, message, code }: NodeJS.ErrnoException,
  { region, file }: Stage,
): string | undefined {
  if (refusedCredentials.test(name)) return `AWS refuses the credentials: ${message} ${setCredentials}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `AWS is not found in the region "${region}": ${message}. Correct "region" in ${file}, or go online.`;
  }
  if (/^E[A-Z]+$/.test(code ?? '')) return `AWS cannot be reached: ${message}. Go online, or set the proxy.`;
  // Such as a stack that does not exist yet, or a right that only this request needs.
  return undefined;
}
