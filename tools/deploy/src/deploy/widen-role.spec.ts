import { describe, expect, it } from 'vitest';
import type { Template } from '../packaging/serverless-template.ts';
import { widenedRole, widenRole } from './widen-role.ts';

const stage = { region: 'eu-central-1' };
const statement = (action: string) => ({ Effect: 'Allow', Action: [action], Resource: ['*'] });

function templateOf(actions: readonly string[], more: object = {}): Template {
  const PolicyDocument = { Version: '2012-10-17', Statement: actions.map(statement) };
  const Properties = { Policies: [{ PolicyName: 'function', PolicyDocument }], ...more };
  return { Resources: { FunctionRole: { Type: 'AWS::IAM::Role', Properties } }, Outputs: {} };
}

describe('a role with the rights of another', () => {
  it('has both, each once, and says so in an output', () => {
    const { template, isWider } = widenRole(
      stage,
      templateOf(['logs:PutLogEvents', 's3:GetObject']),
      templateOf(['logs:PutLogEvents', 'sqs:SendMessage'], { ManagedPolicyArns: ['arn:network'] }),
    );
    expect(isWider).toBe(true);
    expect(template).toEqual({
      ...templateOf(['logs:PutLogEvents', 's3:GetObject', 'sqs:SendMessage'], {
        ManagedPolicyArns: ['arn:network'],
      }),
      Outputs: { [widenedRole]: { Value: 'true' } },
    });
  });

  it('is what it was when the other has nothing more, or is not there', () => {
    const own = templateOf(['logs:PutLogEvents', 's3:GetObject']);
    for (const other of [templateOf(['s3:GetObject']), undefined]) {
      expect(widenRole(stage, own, other)).toEqual({ template: own, isWider: false });
    }
  });

  it('is refused when IAM would not take both', () => {
    const own = templateOf(['s3:GetObject']);
    const many = templateOf(Array.from({ length: 200 }, (_, number) => `sqs:SendMessage${number}`));
    expect(() => widenRole(stage, own, many)).toThrow(
      /characters for the rights of two versions; IAM takes 10240/,
    );
  });
});
