import { readFileSync } from 'node:fs';
import { StagesFile } from '@nanoservices/model';
import { expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it("the README's functions/stages.json is valid", () => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(readme) ?? [];
  expect(() => StagesFile.parse(JSON.parse(example))).not.toThrow();
});

it("the README's table has every key of a stage", () => {
  const [, table = ''] = /\| key of a stage .*?\n\|-.*?\n(.*?)\n\n/s.exec(readme) ?? [];
  const keys = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);
  expect(keys.map(([, key]) => key)).toEqual(Object.keys(StagesFile.out.shape.stages.valueType.shape));
});
