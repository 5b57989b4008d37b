import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';

/** The work of every contestant: validate a path parameter and a JSON body, respond 201 with JSON and a header. */
export const Params = z.strictObject({ gameId: z.uuidv7() });
export const Body = z.strictObject({
  player: z.string().check(z.minLength(1), z.maxLength(100)),
  score: z.int().check(z.minimum(0), z.maximum(1_000_000)),
  tags: z.array(z.string().check(z.maxLength(20))).check(z.maxLength(10)),
});
export const Score = z.strictObject({ gameId: z.string(), ...Body.shape });
export type Score = z.output<typeof Score>;

export const location = (gameId: string) => `/games/${gameId}/scores`;

export type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface Contestant {
  readonly name: string;
  readonly handler: Handler;
}
