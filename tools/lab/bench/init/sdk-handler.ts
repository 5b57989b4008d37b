/** The smallest handler with a client of the AWS SDK, to measure what the SDK adds to the init time. For comparison only. */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

const client = new SSMClient({ region: 'us-east-1' });

export const handler = (name: string) => client.send(new GetParameterCommand({ Name: name }));
