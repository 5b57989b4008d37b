import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Contract } from './contract.ts';
import { sentTexts } from './sent-texts.ts';

const sent = (body: string) => [
  ...sentTexts(
    { bodyLimitBytes: 2 ** 23 } as Contract,
    { headers: {}, body } as unknown as APIGatewayProxyEventV2,
  ),
];

it('has every string of a JSON body, and no name of a member alone', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (value, indent) => {
      const strings: string[] = [];
      const body = JSON.stringify(value, null, indent);
      JSON.parse(body, (_, one) => {
        if (typeof one === 'string') strings.push(one);
      });
      const found = new Set(sent(body));
      for (const one of strings) {
        expect(found).toContain(one.trim());
        expect(found).toContain(JSON.stringify(one.trim()).slice(1, -1));
      }
    }),
    { numRuns: 2000 },
  );
  expect(sent('{"item": "Ab", "it\\"em" : 1}')).not.toContain('item');
  expect(sent('{"item":"\\u0041b"}')).toContain('Ab');
});

// Each of them takes hours in a walk that looks at a character as often as there are strings.
it.each([
  ['quotes', '"'],
  ['escaped quotes', '\\"'],
  ['backslashes', '\\'],
  ['spaces', ' '],
  ['arrays', '['],
])('reads a body of %s without an end, in one walk', (_, part) => {
  const body = `["${part.repeat(2 ** 22 / part.length)}`;
  expect(sent(body)).toContain(body.trim());
});

it('has nothing of a body over the limit, which was never parsed', () => {
  const event = { headers: {}, body: '["sent"]' } as unknown as APIGatewayProxyEventV2;
  const texts = (bodyLimitBytes: number) => [...sentTexts({ bodyLimitBytes } as Contract, event)];
  expect(texts(7)).not.toContain('sent');
  expect(texts(8)).toContain('sent');
});
