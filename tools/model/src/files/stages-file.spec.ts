import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFunction, checkTemplate, checkTopology } from './budgets.ts';
import { readStage } from './read-stage.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stages-'));
  mkdirSync(join(root, 'functions'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (content: unknown) =>
  writeFileSync(join(root, 'functions/stages.json'), JSON.stringify(content));
const stageWith = (settings: object) => {
  write({ application: 'shop', stages: { dev: { region: 'eu-central-1', ...settings } } });
  return readStage(root, 'dev');
};

describe('functions/stages.json', () => {
  it('needs a region only', () => {
    expect(stageWith({})).toMatchObject({
      application: 'shop',
      name: 'dev',
      logRetentionDays: 14,
      environment: {},
    });
  });

  it('gets its CORS from functions/api.json, unless it has its own', () => {
    writeFileSync(
      join(root, 'functions/api.json'),
      JSON.stringify({ cors: { allowOrigins: ['https://a.example'] } }),
    );
    expect(stageWith({}).cors).toEqual({ allowOrigins: ['https://a.example'] });
    expect(stageWith({ cors: { allowOrigins: ['https://b.example'] } }).cors).toEqual({
      allowOrigins: ['https://b.example'],
    });
  });

  it('that is missing is asked for, with an example', () => {
    expect(() => readStage(root, 'dev')).toThrow(/functions\/stages.json is missing.*"application"/);
  });

  it('names the stages there are', () => {
    write({ application: 'shop', stages: { dev: { region: 'eu-central-1' } } });
    expect(() => readStage(root, 'prod')).toThrow(
      'functions/stages.json: there is no stage "prod". There are: dev.',
    );
  });

  it.each([
    ['an unknown region', { region: 'europe' }, /"stages.dev.region": is no AWS region/],
    ['a retention CloudWatch does not have', { logRetentionDays: 10 }, /"stages.dev.logRetentionDays"/],
    [
      'an issuer without TLS',
      { jwt: { issuer: 'http://a.example', audience: ['a'] } },
      /"stages.dev.jwt.issuer"/,
    ],
    [
      'cookies for everyone',
      { cors: { allowOrigins: ['*'], allowCredentials: true } },
      /"stages.dev.cors".*allowCredentials/,
    ],
    [
      'cookies for everyone with TLS',
      { cors: { allowOrigins: ['https://app.example', 'https://*'], allowCredentials: true } },
      /"stages.dev.cors".*allowCredentials/,
    ],
    ['an unknown key', { regio: 'x' }, /"stages.dev"/],
  ])('names the key of %s', (_, settings, message) => {
    expect(() => stageWith(settings)).toThrow(message);
  });
});

describe('the limits of AWS', () => {
  const small = { name: 'get-user', environment: {}, unzippedBytes: 1000, zippedBytes: 500 };

  it('let an ordinary function pass', () => {
    expect(() => checkFunction(stageWith({}), small)).not.toThrow();
  });

  it.each([
    [
      'a long name',
      { ...small, name: 'x'.repeat(56) },
      /shop-dev-x+ has 65 characters; Lambda and PostgreSQL take 63/,
    ],
    [
      'a large environment',
      { ...small, environment: { A: 'ü'.repeat(2048) } },
      /take 41\d\d bytes; Lambda takes 4096/,
    ],
    ['large code', { ...small, unzippedBytes: 262_144_001 }, /250.0 MB.*Split it/],
    ['a large zip', { ...small, zippedBytes: 52_428_801 }, /Split it/],
  ])('stop %s, saying what to do', (_, tooLarge, message) => {
    expect(() => checkFunction(stageWith({}), tooLarge)).toThrow(message);
  });

  it('stop a topology with too many functions, naming those that fit', () => {
    const counts = { nano: 301, hybrid: 300, micro: 20 };
    expect(() => checkTopology('hybrid', counts)).not.toThrow();
    expect(() => checkTopology('nano', counts)).toThrow(
      'The topology nano has 301 functions; an HTTP API takes 300. These topologies fit: hybrid (300), micro (20).',
    );
    expect(() => checkTopology('nano', { nano: 301 })).toThrow(/add one with larger units/);
  });

  it('stop a template that is too large', () => {
    const resources = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`R${n}`, {}]));
    expect(() => checkTemplate('api', resources(500))).not.toThrow();
    expect(() => checkTemplate('api', resources(501))).toThrow(/501 resources/);
    expect(() => checkTemplate('api', { Api: 'x'.repeat(1_000_000) })).toThrow(
      /CloudFormation takes 500 and 1000000/,
    );
  });
});
