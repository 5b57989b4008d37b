import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { shopStage } from '../testing/shop.ts';
import { renderService, serviceOf } from './service.ts';
import { stageText } from './stage-text.ts';

const opened = (text: string) => `$\{${text}`;

/** @param texts - texts of a workspace */
function serviceWith(
  description: string,
  subnetIds: readonly string[] = ['subnet-1'],
  environment: object = {},
) {
  const vpc = { subnetIds, securityGroupIds: ['sg-1'] };
  const functions = { shop: { handler: 'handler.handler', description, environment } };
  return serviceOf(shopStage(), 'orders', { provider: { runtime: 'nodejs24.x', vpc }, functions });
}

it.each([
  opened('env:HOME}'),
  `a $${opened('env:HOME}')}`,
  `${opened(`Name ${opened('env:HOME}')}`)}}`,
  `\\${opened('env:HOME}')}`,
  `\\${opened('Name}')}`,
  opened("opt:region, 'b'}"),
  opened('strToBool(true)}'),
])('refuses a text in which Serverless would replace something: %s', (text) => {
  const message = /Serverless would replace a variable in .* Write the value itself/;
  expect(() => renderService(serviceWith(text), '')).toThrow(message);
  expect(() => renderService(serviceWith('x', ['subnet-1', text]), '')).toThrow(
    /^provider\.vpc\.subnetIds\.1: /,
  );
});

it('is read by Serverless as it is written', async () => {
  const stage = shopStage();
  const text = `${opened('Name}')} ${opened('AWS::Region}')} ${opened('!env:HOME}')} $ { } \\ {stage} $$`;
  const environment = { TEXT: stageText(stage, `${opened('env:HOME}')} {region} $${opened('name}')}`) };
  const service = serviceWith(text, undefined, environment);
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  try {
    const yaml = renderService(service, `A comment with ${opened('env:HOME}')}.`);
    writeFileSync(join(folder, 'serverless.yml'), yaml);
    const program = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
    const args = [program, 'print', '--format', 'json', '--param', 'deploymentBucket=bucket'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    const { functions, provider } = JSON.parse(stdout);
    expect(functions.shop).toMatchObject({ description: text, environment });
    expect(provider.deploymentBucket).toMatch('bucket');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
