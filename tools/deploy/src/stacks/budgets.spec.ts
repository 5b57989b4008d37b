import { describe, expect, it } from 'vitest';
import { shopStage } from '../testing/shop.ts';
import { checkStreams, checkTemplate, checkTopology } from './budgets.ts';

const stage = shopStage();

describe('the limits of AWS', () => {
  it('stop a topology with too many functions, naming those that fit', () => {
    const counts = { nano: 301, hybrid: 300, micro: 20 };
    expect(() => checkTopology(stage, 'hybrid', counts)).not.toThrow();
    expect(() => checkTopology(stage, 'nano', counts)).toThrow(
      'The topology nano has 301 functions; an HTTP API takes 300. These topologies fit: hybrid (300), micro (20). Or give the stage "dev" of functions/stages.json a domain, behind which each resource gets an HTTP API: "domain": { "name", "certificateArn" }.',
    );
    expect(() => checkTopology(stage, 'nano', { nano: 301 })).toThrow(/add one with larger units/);
    const domain = { name: 'api.example.com', certificateArn: 'arn' };
    expect(() => checkTopology({ ...stage, domain }, 'nano', counts)).not.toThrow();
  });

  it('stop a template that is too large', () => {
    const resources = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`R${n}`, {}]));
    expect(() => checkTemplate(stage, 'api', resources(500))).not.toThrow();
    expect(() => checkTemplate(stage, 'api', resources(501))).toThrow(/501 resources/);
    expect(() => checkTemplate(stage, 'api', { Api: 'x'.repeat(1_000_000) })).toThrow(
      /CloudFormation takes 500 and 1000000/,
    );
    expect(() => checkTemplate(stage, 'x'.repeat(119), {})).not.toThrow();
    expect(() => checkTemplate(stage, 'x'.repeat(120), {})).toThrow(
      /has a name of 129 characters; CloudFormation takes 128\. Shorten "application" in functions\/stages\.json/,
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
