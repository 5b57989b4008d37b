import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryWorkspace } from '../testing/index.ts';
import { hasStages, readPreviews, readStage, readStages } from './stages-file.ts';

let shop: TemporaryWorkspace;

beforeEach(() => {
  shop = new TemporaryWorkspace();
});
afterEach(() => shop[Symbol.dispose]());

const domain = {
  name: 'api.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b-3c',
};
const write = (content: object) => shop.write('functions/stages.json', content);
const stageWith = (settings: object) => {
  write({ application: 'shop', stages: { dev: { region: 'eu-central-1', ...settings } } });
  return readStage(shop.root, 'dev');
};

describe('functions/stages.json', () => {
  it('needs a region only', () => {
    expect(stageWith({})).toEqual({
      application: 'shop',
      name: 'dev',
      file: 'functions/stages.json',
      region: 'eu-central-1',
      logRetentionDays: 14,
      throttling: { rateLimit: 1000, burstLimit: 500 },
      environment: {},
      tags: {},
    });
  });

  it('takes variables and tags that AWS takes', () => {
    const settings = {
      environment: { AWS_LAMBDA_NODEJS_WORKER_COUNT: '2', AWS_ENDPOINT_URL: 'http://a', LOG: '' },
      tags: { 'cost center': 'a+b=c, for @all'.replace(',', '') },
    };
    expect(stageWith(settings)).toMatchObject(settings);
  });

  it('takes a domain, and names of parameters', () => {
    for (const databaseUrlParameter of ['/url', '/shop/dev/database-url', '/a'.repeat(13)]) {
      expect(stageWith({ domain, databaseUrlParameter })).toMatchObject({ domain, databaseUrlParameter });
    }
  });

  it('takes parameters of its own path, of none, and of the same name in another region', () => {
    const databaseUrlParameter = '/databases/shop';
    const stages = {
      dev: { region: 'eu-central-1', databaseUrlParameter },
      prod: { region: 'eu-west-1', databaseUrlParameter },
      test: { region: 'eu-west-1', databaseUrlParameter: '/shop/test/url' },
      old: { region: 'eu-west-1', databaseUrlParameter: '/shop/older/url' },
      'pr-*': { inherits: 'dev' },
    };
    write({ application: 'shop', stages });
    expect(readStages(shop.root)).toHaveLength(4);
  });

  it('has the stages in its own order', () => {
    write({
      application: 'shop',
      stages: { prod: { region: 'eu-west-1' }, dev: { region: 'eu-central-1' } },
    });
    expect(readStages(shop.root).map(({ name, region }) => [name, region])).toEqual([
      ['prod', 'eu-west-1'],
      ['dev', 'eu-central-1'],
    ]);
    expect(hasStages(shop.root)).toBe(true);
  });

  it('gets its CORS from functions/api.json, unless it has its own', () => {
    shop.write('functions/api.json', { cors: { allowOrigins: ['https://a.example'] } });
    expect(stageWith({}).cors).toEqual({ allowOrigins: ['https://a.example'] });
    expect(stageWith({ cors: { allowOrigins: ['https://b.example'] } }).cors).toEqual({
      allowOrigins: ['https://b.example'],
    });
  });

  it('that is missing is asked for, with an example', () => {
    expect(hasStages(shop.root)).toBe(false);
    expect(() => readStage(shop.root, 'dev')).toThrow(/functions\/stages.json is missing.*"application"/);
  });

  it('names the stages there are', () => {
    write({ application: 'shop', stages: { dev: { region: 'eu-central-1' } } });
    expect(() => readStage(shop.root, 'prod')).toThrow(
      'functions/stages.json: there is no stage "prod". There are: dev.',
    );
    write({ application: 'shop', stages: {} });
    expect(() => readStage(shop.root, 'prod')).toThrow(/There are: none\.$/);
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
    ['a variable of Lambda', { environment: { AWS_REGION: 'x' } }, /dev.environment.AWS_REGION": .*Lambda/],
    ['a folder of Lambda', { environment: { LAMBDA_TASK_ROOT: 'x' } }, /set by Lambda itself/],
    ['a variable without a name', { environment: { '': 'x' } }, /is no name of a variable/],
    ['a tag of AWS', { tags: { 'aws:x': 'y' } }, /"stages.dev.tags.aws:x": .*"aws:"/],
    ['a tag with a bad character', { tags: { team: 'a;b' } }, /"stages.dev.tags.team": has a character/],
    [
      'too many tags',
      { tags: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`t${n}`, 'x'])) },
      /"stages.dev.tags": has too many tags: a stage has 40 at most/,
    ],
    [
      'an address as a domain',
      { domain: { ...domain, name: 'https://api.example.com' } },
      /dev.domain.name": is no domain name/,
    ],
    ['a domain in capitals', { domain: { ...domain, name: 'API.example.com' } }, /dev.domain.name"/],
    ['a domain without a certificate', { domain: { name: domain.name } }, /dev.domain.certificateArn"/],
    [
      'a role as a certificate',
      { domain: { ...domain, certificateArn: 'arn:aws:iam::1:role/x' } },
      /is no ARN of a certificate/,
    ],
    [
      'a certificate of another region',
      { domain: { ...domain, certificateArn: domain.certificateArn.replace('eu-central-1', 'us-east-1') } },
      /"stages.dev.domain.certificateArn": is of another region than the stage/,
    ],
    [
      'a parameter without a slash',
      { databaseUrlParameter: 'shop/url' },
      /databaseUrlParameter": is no name/,
    ],
    ['a parameter of AWS', { databaseUrlParameter: '/aws/shop/url' }, /databaseUrlParameter": is no name/],
    ['a deep parameter', { databaseUrlParameter: '/a'.repeat(14) }, /databaseUrlParameter": is no name/],
    ['a long tag', { tags: { team: 'x'.repeat(257) } }, /"stages.dev.tags.team"/],
  ])('names the key of %s', (_, settings, message) => {
    expect(() => stageWith(settings)).toThrow(message);
  });

  it.each([
    ['an application', { application: 'My Shop', stages: {} }, /"application": must be lower-case/],
    [
      'an application of AWS',
      { application: 'aws-shop', stages: {} },
      /"application": begins with aws or ssm/,
    ],
    [
      'two stages',
      {
        application: 'shop',
        stages: { a: { region: 'eu-central-1', domain }, b: { region: 'eu-central-1', domain } },
      },
      /"stages": two stages have the domain api\.example\.com/,
    ],
    ['a stage', { application: 'shop', stages: { Prod: { region: 'eu-central-1' } } }, /"stages.Prod"/],
    [
      'one parameter for two databases',
      {
        application: 'shop',
        stages: {
          dev: { region: 'eu-central-1', databaseUrlParameter: '/db' },
          prod: { region: 'eu-central-1', databaseUrlParameter: '/db' },
        },
      },
      /"stages\.(?:dev|prod)\.databaseUrlParameter": is the parameter of the stage "(?:dev|prod)"/,
    ],
    [
      'a parameter that is one of a function of another stage',
      {
        application: 'shop',
        stages: {
          dev: { region: 'eu-central-1', databaseUrlParameter: '/db' },
          prod: { region: 'eu-central-1', databaseUrlParameter: '/db/get-order' },
        },
      },
      /"stages\.prod\.databaseUrlParameter": is the parameter of the stage "dev", or below it/,
    ],
    [
      'a parameter of another stage',
      {
        application: 'shop',
        stages: {
          dev: { region: 'eu-central-1' },
          prod: { region: 'eu-central-1', databaseUrlParameter: '/shop/dev/database-url' },
        },
      },
      /"stages\.prod\.databaseUrlParameter": is below the path of the stage "dev", whose removal would delete it/,
    ],
    [
      'a parameter of some preview',
      {
        application: 'shop',
        stages: {
          dev: { region: 'eu-central-1', databaseUrlParameter: '/shop/pr-1/url' },
          'pr-*': { inherits: 'dev' },
        },
      },
      /"stages\.dev\.databaseUrlParameter": is below the path of the stage "pr-\*"/,
    ],
  ])('names the key of the bad name of %s', (_, content, message) => {
    write(content);
    expect(() => readStages(shop.root)).toThrow(message);
  });
});

describe('previews in functions/stages.json', () => {
  const dev = {
    region: 'eu-central-1',
    logRetentionDays: 3,
    tags: { team: 'sales' },
    databaseUrlParameter: '/db/dev',
    permissionsBoundary: 'shop-dev-boundary',
  };
  const writeStages = (stages: object) => write({ application: 'shop', stages });

  it('match a pattern, and inherit what names nothing of one stage alone', () => {
    writeStages({ dev, 'pr-*': { inherits: 'dev', ttlHours: 72, tags: { team: 'desk' } } });
    expect(readStage(shop.root, 'pr-12')).toEqual({
      application: 'shop',
      name: 'pr-12',
      file: 'functions/stages.json',
      region: 'eu-central-1',
      logRetentionDays: 3,
      throttling: { rateLimit: 1000, burstLimit: 500 },
      environment: {},
      tags: { team: 'desk' },
      preview: { pattern: 'pr-*', inherits: 'dev', ttlHours: 72 },
    });
    expect(readStage(shop.root, 'dev').preview).toBeUndefined();
    expect(readStages(shop.root).map(({ name }) => name)).toEqual(['dev']);
    expect(readPreviews(shop.root).map(({ name }) => name)).toEqual(['pr-*']);
  });

  it('need no other stage', () => {
    writeStages({ 'pr-*': { region: 'eu-central-1' } });
    expect(readStage(shop.root, 'pr-1')).toMatchObject({ name: 'pr-1', region: 'eu-central-1' });
  });

  it.each(['pr-', 'pr-1-2', 'pr-A', 'pr-*', 'pr', 'xpr-1', 'pr-12345678901234', 'pr-1\n'])(
    'are not called %j',
    (name) => {
      writeStages({ dev, 'pr-*': { inherits: 'dev' } });
      expect(() => readStage(shop.root, name)).toThrow(
        /there is no stage "[^"]*"\. There are: dev, pr-\*\.$/,
      );
    },
  );

  it.each([
    [
      'an unknown stage',
      { dev, 'pr-*': { region: 'eu-west-1', inherits: 'prod' } },
      /"stages.pr-\*.inherits": there is no stage "prod". There are: dev/,
    ],
    [
      'an unknown stage, without a region',
      { dev, 'pr-*': { inherits: 'prod' } },
      /"stages.pr-\*.region": is missing/,
    ],
    [
      'a pattern',
      { dev, 'a-*': { inherits: 'dev' }, 'b-*': { inherits: 'a-*', region: 'eu-west-1' } },
      /"stages.b-\*.inherits": there is no stage "a-\*"/,
    ],
    [
      'for a stage with a name',
      { dev, prod: { ...dev, inherits: 'dev' } },
      /"stages.prod.inherits": is for previews/,
    ],
  ])('inherit not from %s', (_, stages, message) => {
    writeStages(stages);
    expect(() => readStages(shop.root)).toThrow(message);
  });

  it.each([
    [
      'ttlHours of a stage with a name',
      { dev: { ...dev, ttlHours: 1 } },
      /"stages.dev.ttlHours": is for previews/,
    ],
    ['no hours', { dev, 'pr-*': { inherits: 'dev', ttlHours: 0 } }, /"stages.pr-\*.ttlHours"/],
    [
      'a domain of all previews',
      { dev, 'pr-*': { inherits: 'dev', domain } },
      /"stages.pr-\*.domain": would be one domain for all previews/,
    ],
    [
      'one database for all',
      { dev, 'pr-*': { inherits: 'dev', databaseUrlParameter: '/db/pr' } },
      /"stages.pr-\*.databaseUrlParameter": would be one/,
    ],
    [
      'an unknown key',
      { dev, 'pr-*': { inherit: 'dev' } },
      /unknown key "inherit", known are region, .*inherits/,
    ],
    ['two stars', { dev, 'pr-*-*': { inherits: 'dev' } }, /"stages.pr-\*-\*": is no stage name/],
    ['a star without a hyphen', { dev, 'pr*': { inherits: 'dev' } }, /"stages.pr\*": is no stage name/],
    [
      'a bad boundary',
      { dev: { ...dev, permissionsBoundary: 'arn:aws:iam::1:policy/x' } },
      /"stages.dev.permissionsBoundary": is neither/,
    ],
  ])('refuse %s', (_, stages, message) => {
    writeStages(stages);
    expect(() => readStages(shop.root)).toThrow(message);
  });

  it.each([
    [['dev', 'dev-eu'], 'dev-eu'],
    [['pr', 'pr-*'], 'pr-*'],
    [['p', 'p-r-*'], 'p-r-*'],
    [['pr-*', 'pr-main'], 'pr-main'],
    [['pr-*', 'pr-1-x'], 'pr-1-x'],
    [['pr-*', 'pr-a-*'], 'pr-a-*'],
  ])('and stages of %j overlap in their names', (names, inner) => {
    writeStages(Object.fromEntries(names.toReversed().map((name) => [name, { region: 'eu-west-1' }])));
    expect(() => readStages(shop.root)).toThrow(`"stages.${inner}": begins as the names of "${names[0]}" do`);
  });

  it.each([[['dev', 'devel']], [['pr-*', 'prod']], [['a-*', 'b-*', 'ab']]])(
    'and stages of %j do not',
    (names) => {
      writeStages(Object.fromEntries(names.map((name) => [name, { region: 'eu-west-1' }])));
      expect(() => readStages(shop.root)).not.toThrow();
    },
  );
});
