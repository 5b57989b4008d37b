import { isDeepStrictEqual } from 'node:util';
import type { Stage } from '@nanoservices/model';
import { Failed } from '../errors.ts';
import type { Resource, Template } from '../packaging/serverless-template.ts';
import { limits } from '../stacks/budgets.ts';
import { policyCharacters } from '../stacks/function-limits.ts';

/** The output of a stack whose function has, beside the rights of its configuration, those of versions that were live before. */
export const widenedRole = 'WidenedRole';

const roleId = 'FunctionRole';

/** The properties of a role in which its rights are. */
interface Rights {
  readonly Policies: readonly [{ readonly PolicyDocument: { readonly Statement: readonly object[] } }];
  readonly ManagedPolicyArns?: readonly unknown[];
}

/** A template whose role has the rights of others, too. */
export interface Widened {
  readonly template: Template;
  /** Tells if the role got rights that the template did not have. */
  readonly isWider: boolean;
}

/**
 * Adds the rights of another template's role to those of a function. All versions of a function share its role: until no request
 * reaches the version that was live, it needs what it could do.
 *
 * @param other - undefined when there is none
 * @throws Failed when IAM would not take both
 */
export function widenRole(
  stage: Pick<Stage, 'region'>,
  template: Template,
  other: Template | undefined,
): Widened {
  const role = template.Resources[roleId] as Resource;
  // The template of a stack whose creation has not begun is empty.
  const former = other?.Resources?.[roleId];
  if (!former) return { template, isWider: false };
  const [rights, formerRights] = [rightsOf(role), rightsOf(former)];
  const statements = union(rights.statements, formerRights.statements);
  const managed = union(rights.managed, formerRights.managed);
  const isWider = statements.length > rights.statements.length || managed.length > rights.managed.length;
  if (!isWider) return { template, isWider };
  const [policy] = (role.Properties as unknown as Rights).Policies;
  const Properties = {
    ...role.Properties,
    Policies: [{ ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement: statements } }],
    ...(managed.length > 0 && { ManagedPolicyArns: managed }),
  };
  const characters = policyCharacters(stage, Properties.Policies);
  if (characters > limits.roleCharacters) {
    throw new Failed(
      `Its role would need about ${characters} characters for the rights of two versions; IAM takes ${limits.roleCharacters}. Take rights away in one deployment, and add others in the next.`,
    );
  }
  return {
    template: {
      ...template,
      Resources: { ...template.Resources, [roleId]: { ...role, Properties } },
      Outputs: { ...template.Outputs, [widenedRole]: { Value: 'true' } },
    },
    isWider: true,
  };
}

function rightsOf({ Properties }: Resource) {
  const { Policies, ManagedPolicyArns = [] } = Properties as unknown as Rights;
  return { statements: Policies.flatMap((one) => one.PolicyDocument.Statement), managed: ManagedPolicyArns };
}

function union<One>(all: readonly One[], more: readonly One[]): One[] {
  return [...all, ...more.filter((one) => !all.some((other) => isDeepStrictEqual(one, other)))];
}
