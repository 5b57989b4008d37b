import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { ownHost } from './host-header.ts';

const machine = hostname();

it.each<[string, readonly string[], string, boolean]>([
  ['127.0.0.1', [], 'localhost:3000', true],
  ['127.0.0.1', [], '192.0.2.7:3000', false],
  ['127.0.0.1', [], `${machine}:3000`, false],
  ['127.0.0.1', ['proxy.example'], 'proxy.example', true],
  ['127.0.0.1', ['proxy.example'], 'other.proxy.example', false],
  ['127.0.0.1', ['Proxy.Example:443'], 'proxy.example', true],
  ['shop.test', [], 'shop.test:3000', true],
  ['192.0.2.7', [], '192.0.2.7', true],
  ['2001:db8::7', [], '[2001:db8::7]:3000', true],
  ['0.0.0.0', [], '192.0.2.7:3000', true],
  ['0.0.0.0', [], '[2001:db8::7]:3000', true],
  ['::', [], `${machine.toUpperCase()}:3000`, true],
  ['::', [], `${machine}.local`, true],
  ['0.0.0.0', [], 'localhost', true],
  ['0.0.0.0', [], 'evil.example', false],
  ['0.0.0.0', ['proxy.example'], 'proxy.example:8080', true],
])('a server on %s with the names %j takes the Host %s: %s', (address, names, host, isOwn) => {
  expect(ownHost(address, names)(host)).toBe(isOwn);
});

it('takes no request without a Host', () => {
  expect(ownHost('0.0.0.0')(undefined)).toBe(false);
});
