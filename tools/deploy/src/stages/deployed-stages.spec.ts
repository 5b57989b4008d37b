import { expect, it } from 'vitest';
import { shopStage } from '../testing/shop.ts';
import { expiryOf } from './deployed-stages.ts';

const deployed = {
  name: 'pr-12',
  region: 'eu-central-1',
  functions: 1,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  changedAt: new Date('2026-01-05T12:00:00Z'),
};

it('a preview expires some hours after it was deployed last, and no other stage does', () => {
  const stage = shopStage();
  expect(expiryOf(stage, deployed)).toBeUndefined();
  expect(expiryOf({ ...stage, preview: { pattern: 'pr-*' } }, deployed)).toBeUndefined();
  expect(expiryOf({ ...stage, preview: { pattern: 'pr-*', ttlHours: 72 } }, deployed)).toEqual(
    new Date('2026-01-08T12:00:00Z'),
  );
});
