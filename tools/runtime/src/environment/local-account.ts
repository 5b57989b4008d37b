/** The number of the AWS account of this machine. AWS gives it to nobody. */
export const localAccount = '000000000000';

/** @returns the AWS region of functions on this machine */
export function localRegion(): string {
  return process.env.AWS_REGION ?? 'us-east-1';
}
