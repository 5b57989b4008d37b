import { describe, expect, it } from 'vitest';
import { shopStage } from '../testing/shop.ts';
import { checkFunction, checkStreams, checkTemplate, checkTopology } from './budgets.ts';

const stage = shopStage();
const small = { environment: {}, description: 'Read an order', unzippedBytes: 1000, zippedBytes: 500 };

describe('the limits of AWS', () => {
  it('let an ordinary function pass', () => {
    expect(() => checkFunction(stage, 'get-order', small)).not.toThrow();
  });

  it.each([
    ['a long name', 'x'.repeat(55), small, /shop-dev-x+ has 64 characters; Lambda and PostgreSQL take 63/],
    [
      'a large environment',
      'get-order',
      { ...small, environment: { A: 'ü'.repeat(2048) } },
      /take 41\d\d bytes; Lambda takes 4096/,
    ],
    [
      'a long description',
      'get-order',
      { ...small, description: 'x'.repeat(259) },
      /has 259 characters; Lambda takes 256. Shorten the summary by 3\./,
    ],
    [
      'a large role',
      'get-order',
      { ...small, role: 'x'.repeat(10_239) },
      /IAM takes 10240\. Shorten "permissions"/,
    ],
    ['large code', 'get-order', { ...small, unzippedBytes: 262_144_001 }, /250.0 MB.*Split it/],
    ['a large zip', 'get-order', { ...small, zippedBytes: 52_428_801 }, /Split it/],
  ])('stop %s, saying what to do', (_, name, sizes, message) => {
    expect(() => checkFunction(stage, name, sizes)).toThrow(message);
  });

  it('let a function pass that is exactly as large as AWS allows', () => {
    const largest = {
      environment: { A: 'x'.repeat(4088) },
      role: 'x'.repeat(10_238),
      description: 'x'.repeat(256),
      unzippedBytes: 262_144_000,
      zippedBytes: 52_428_800,
    };
    expect(() => checkFunction(stage, 'x'.repeat(54), largest)).not.toThrow();
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

  it('stop a streamed response, which an HTTP API would hold back', () => {
    const whole = { endpoint: 'get-order' };
    expect(() => checkStreams([whole])).not.toThrow();
    expect(() => checkStreams([whole, { endpoint: 'watch-order', stream: 'text/event-stream' }])).toThrow(
      /^watch-order streams its response .*"nanos start" only.*Give the contract a "response"/,
    );
  });
});
