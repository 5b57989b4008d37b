import type { Permission } from '@nanoservices/endpoint';
import * as z from 'zod';

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
const Permissions = z.array(
  z.strictObject({
    actions: z
      .array(
        z
          .string()
          .regex(/^(?:\*|[a-z\d-]+:[\w*?]+)$/, 'must be a service and an action, such as s3:GetObject'),
      )
      .min(1),
    resources: z
      .array(
        z
          .string()
          .regex(
            /^(?:\*$|arn:[^:]*:[^:]*:[^:]*:[^:]*:.)/,
            'must be an ARN, such as arn:aws:s3:::reports-{stage}/*, or *',
          ),
      )
      .min(1),
  }),
);

/** @returns the mistake in the permissions of a contract, as a sentence; undefined where there is none */
export function mistakeInPermissions(permissions: readonly Permission[]): string | undefined {
  const result = Permissions.safeParse(permissions);
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  const key = ['permissions', ...(issue?.path ?? [])].join('.');
  return `"${key}": ${issue?.message}.`;
}
