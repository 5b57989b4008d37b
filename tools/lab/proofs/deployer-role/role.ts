/** The role of a template of `nanos stage deployer-role`. */
export interface Role {
  /** @returns true if a statement allows an action, on whatever resource */
  may(action: string): boolean;
}

interface Template {
  readonly Resources: {
    readonly Deployer: {
      readonly Properties: {
        readonly Policies: readonly {
          readonly PolicyDocument: { readonly Statement: readonly { readonly Action: readonly string[] }[] };
        }[];
      };
    };
  };
}

/** @param template - as CloudFormation reads it */
export function readRole(template: unknown): Role {
  const { Resources } = template as Template;
  const statements = Resources.Deployer.Properties.Policies.flatMap((one) => one.PolicyDocument.Statement);
  // IAM ignores case.
  const allowed = new Set(statements.flatMap(({ Action }) => Action).map((action) => action.toLowerCase()));
  return { may: (action) => allowed.has(action.toLowerCase()) };
}
