import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryWorkspace } from '../testing/index.ts';
import { readTrafficFile } from './traffic-file.ts';

let shop: TemporaryWorkspace;

beforeEach(() => {
  shop = new TemporaryWorkspace();
});
afterEach(() => shop[Symbol.dispose]());

describe('functions/traffic.json', () => {
  it('may be absent, but not a file that was named', () => {
    expect(readTrafficFile(shop.root)).toBeUndefined();
    expect(() => readTrafficFile(shop.root, 'peak.json')).toThrow('--traffic: there is no file peak.json.');
  });

  it('needs the rates only', () => {
    shop.write('functions/traffic.json', { endpoints: { 'get-order': 0.5, '*': 0.001 } });
    expect(readTrafficFile(shop.root)).toEqual({
      endpoints: { 'get-order': 0.5, '*': 0.001 },
      idleMinutes: 10,
      architecture: 'arm64',
      durationFactor: 1,
      prices: {},
      weights: { cost: 1, coldStarts: 1, changes: 1, crashes: 1, privileges: 1, bytes: 1 },
      limits: { functions: 300, endpointsPerFunction: 300, bytesPerFunction: 262_144_000 },
    });
  });

  it('is read from another file, where one is named', () => {
    shop.write('peak.json', { endpoints: { 'get-order': { requestsPerSecond: 90, path: '/orders/1' } } });
    expect(readTrafficFile(shop.root, 'peak.json')?.endpoints).toEqual({
      'get-order': { requestsPerSecond: 90, path: '/orders/1' },
    });
  });

  it.each([
    ['no rates', {}, /^functions\/traffic\.json is invalid: "endpoints": /],
    ['a negative rate', { endpoints: { 'get-order': -1 } }, /"endpoints\.get-order"/],
    ['an unknown key', { endpoints: {}, wieghts: {} }, /"wieghts"/],
    ['an unknown weight', { endpoints: {}, weights: { price: 1 } }, /"weights": .*"price"/],
    ['too many functions', { endpoints: {}, limits: { functions: 301 } }, /"limits\.functions"/],
  ])('names the key of %s', (_, content, message) => {
    shop.write('functions/traffic.json', content);
    expect(() => readTrafficFile(shop.root)).toThrow(message);
  });
});
