import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const open = { folder: undefined, template: undefined, scope: undefined, yes: false, git: true, help: false };

it.each([
  [[], {}],
  [['shop'], { folder: 'shop' }],
  [
    ['shop', '--template', 'arcade', '--scope', '@acme', '--yes'],
    { folder: 'shop', template: 'arcade', scope: '@acme', yes: true },
  ],
  [['--no-git', '-y', '.'], { folder: '.', git: false, yes: true }],
  [['-h'], { help: true }],
])('%j', (args, expected) => {
  expect(parseOptions(args)).toEqual({ ...open, ...expected });
});

it.each([
  [['a', 'b'], 'One folder, please: a, b are 2.'],
  [['a', '--template', 'big'], '--template big: there is minimal and arcade.'],
  [['a', '--template'], '--template'],
  [['a', '--scope', 'acme'], '--scope acme: a scope is @'],
  [['a', '--scope', '@Acme'], '--scope @Acme: a scope is @'],
  [['a', '--scope', '@nanoservices'], "the framework's packages have this scope"],
  [['a', '--bogus'], '--bogus'],
])('%j is refused, with what to do', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
