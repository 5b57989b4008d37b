import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const templates = [
  { name: 'minimal', description: 'small' },
  { name: 'sample', description: 'large' },
];
const open = { folder: undefined, template: undefined, scope: undefined, yes: false, git: true, help: false };

it.each([
  [[], {}],
  [['shop'], { folder: 'shop' }],
  [
    ['shop', '--template', 'sample', '--scope', '@acme', '--yes'],
    { folder: 'shop', template: 'sample', scope: '@acme', yes: true },
  ],
  [['--no-git', '-y', '.'], { folder: '.', git: false, yes: true }],
  [['-h'], { help: true }],
])('%j', (args, expected) => {
  expect(parseOptions(args, templates)).toEqual({ ...open, ...expected });
});

it.each([
  [['a', 'b'], 'One folder, please: a, b are 2.'],
  [['a', '--template', 'big'], '--template big: there is minimal and sample.'],
  [['a', '--template'], '--template'],
  [['a', '--scope', 'acme'], '--scope acme: a scope is @'],
  [['a', '--scope', '@Acme'], '--scope @Acme: a scope is @'],
  [['a', '--scope', '@nanoservices'], "the framework's packages have this scope"],
  [['a', '--bogus'], '--bogus'],
])('%j is refused, with what to do', (args, message) => {
  expect(() => parseOptions(args, templates)).toThrow(message);
});
