import { describe, expect, it } from 'vitest';
import { readApiFile } from './files/api-file.ts';
import { readManifest } from './files/manifest.ts';
import { readStages } from './files/stages-file.ts';
import { readTopologyFile } from './files/topology-file.ts';
import { readTrafficFile } from './files/traffic-file.ts';
import { TemporaryWorkspace } from './testing/index.ts';

const manifest = 'libs/a/package.json';
const stage = (settings: object) => ({ application: 'shop', stages: { dev: settings } });
const region = 'eu-central-1';

describe('a key that no version knows, or another one', () => {
  it.each<[string, object, (root: string) => unknown, string]>([
    [
      'functions/topology.json',
      { activ: 'nano' },
      readTopologyFile,
      'unknown key "activ", known are active, topologies, isolation',
    ],
    [
      'functions/topology.json',
      { b: 1, a: 2 },
      readTopologyFile,
      'unknown keys "b", "a", known are active, topologies, isolation',
    ],
    [
      'functions/api.json',
      { localCaller: { subject: 'a', scope: [] } },
      readApiFile,
      '"localCaller": unknown key "scope", known are subject, scopes, claims',
    ],
    [
      'functions/api.json',
      { cors: { origins: [] } },
      readApiFile,
      '"cors": unknown key "origins", known are allowOrigins, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials',
    ],
    [
      'functions/stages.json',
      { ...stage({ region }), app: 1 },
      readStages,
      'unknown key "app", known are application, stages',
    ],
    [
      'functions/stages.json',
      stage({ region, throttling: { rateLimit: 1, burstLimit: 1, rate: 1 } }),
      readStages,
      '"stages.dev.throttling": unknown key "rate", known are rateLimit, burstLimit',
    ],
    [
      'functions/traffic.json',
      { endpoints: { 'get-order': { requestsPerSecond: 1, route: '/' } } },
      readTrafficFile,
      '"endpoints.get-order": unknown key "route", known are requestsPerSecond, path',
    ],
    [
      'functions/traffic.json',
      { endpoints: {}, limits: { bytes: 1 } },
      readTrafficFile,
      '"limits": unknown key "bytes", known are functions, endpointsPerFunction, bytesPerFunction',
    ],
    [
      manifest,
      { name: 'a', database: { migrations: './m', seeds: './s' } },
      (root) => readManifest(root, 'libs/a'),
      '"database": unknown key "seeds", known are migrations, seed',
    ],
  ])('in %s: %j', (file, content, read, message) => {
    using shop = new TemporaryWorkspace({ [file]: content });
    expect(() => read(shop.root)).toThrow(
      `${file} is invalid: ${message}. If an upgrade renamed it: npx nx migrate <plugin> --from=<plugin>@<the version before>, with the plugin in nx.json.`,
    );
  });

  it('is a reason of its own: other mistakes name no upgrade', () => {
    using shop = new TemporaryWorkspace({ 'functions/topology.json': { active: 1 } });
    expect(() => readTopologyFile(shop.root)).toThrow(
      /^functions\/topology\.json is invalid: "active": [^;]*string[^;]*\.$/,
    );
  });

  it('of "lambda" has the keys of a package.json that this framework reads', () => {
    using shop = new TemporaryWorkspace({ [manifest]: { name: 'a', lambda: { memory: 512 } } });
    expect(() => readManifest(shop.root, 'libs/a')).toThrow(
      /"lambda": unknown key "memory", known are memorySize, timeout, .*, awsSdk, extend\. If an upgrade/,
    );
  });
});
