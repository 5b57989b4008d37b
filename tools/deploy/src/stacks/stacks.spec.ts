import { expect, it } from 'vitest';
import { packedFunction, routes, shopStage } from '../testing/shop.ts';
import { apiService } from './api-service.ts';
import { functionService } from './function-service.ts';
import { platformService } from './platform-service.ts';
import { renderService } from './service.ts';

// A change of these files is a change of what all stages get: see it as a review of a deployment.
const stage = shopStage({
  logRetentionDays: 30,
  jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] },
  cors: { allowOrigins: ['https://shop.example.com'] },
  environment: { SHOP: 'open' },
  vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] },
  databaseUrlKeyArn: 'arn:aws:kms:eu-central-1:1:key/k',
  tags: { team: 'sales' },
});
const domain = {
  name: 'api.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b',
};
const settings = { memorySize: 512, timeout: 20, reservedConcurrency: 5 };

it.each([
  ['function', functionService(stage, packedFunction({ settings })).service],
  ['platform', platformService(stage)],
  ['api', apiService(stage, { basePath: '', routes })],
  ['api-of-resource', apiService(shopStage({ domain }), { basePath: '/orders', routes })],
])('the stack of the %s is made from the serverless.yml in snapshots', async (name, service) => {
  await expect(renderService(service, `The ${name}.`)).toMatchFileSnapshot(
    `snapshots/${name}.serverless.yml`,
  );
});
