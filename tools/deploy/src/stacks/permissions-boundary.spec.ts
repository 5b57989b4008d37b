import { expect, it } from 'vitest';
import { packedFunction, routes, shopStage } from '../testing/shop.ts';
import { apiService } from './api-service.ts';
import { functionService } from './function-service.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources are looked at from outside
const roles = (settings: object): any[] => {
  const stage = shopStage(settings);
  const services = [
    functionService(stage, packedFunction()).service,
    apiService(stage, { basePath: '', routes }),
  ];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const resources = services.flatMap((service: any) => Object.values(service.resources.Resources));
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return resources.filter((one: any) => one.Type === 'AWS::IAM::Role');
};
const arn = 'arn:aws:iam::123456789012:policy/everyone';

it.each([
  [
    'its name',
    'shop-dev-boundary',
    { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/shop-dev-boundary` },
  ],
  ['its ARN', arn, arn],
])(
  'the roles of functions and API have the boundary of the stage, by %s',
  (_, permissionsBoundary, expected) => {
    const limited = roles({ permissionsBoundary });
    expect(limited).toHaveLength(2);
    for (const role of limited) expect(role.Properties.PermissionsBoundary).toEqual(expected);
  },
);

it('a stage without a boundary is configured as before there were any', () => {
  for (const role of roles({})) expect(role.Properties).not.toHaveProperty('PermissionsBoundary');
});

it('a new boundary is a new configuration of each function', () => {
  const configuration = (settings: object) =>
    functionService(shopStage(settings), packedFunction()).configuration;
  expect(configuration({ permissionsBoundary: arn })).not.toBe(configuration({}));
});
