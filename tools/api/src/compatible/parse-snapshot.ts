import * as z from 'zod/mini';
import type { ApiSnapshot } from './api-snapshot.ts';

const Schema = z.union([z.boolean(), z.record(z.string(), z.unknown())]);
const Content = z.record(z.string(), z.looseObject({ schema: z.exactOptional(Schema) }));

const Operation = z.looseObject({
  operationId: z.string(),
  security: z.exactOptional(z.array(z.record(z.string(), z.array(z.string())))),
  parameters: z.exactOptional(
    z.array(
      z.looseObject({
        in: z.string(),
        name: z.string(),
        required: z.exactOptional(z.boolean()),
        schema: z.exactOptional(Schema),
      }),
    ),
  ),
  requestBody: z.exactOptional(z.looseObject({ required: z.exactOptional(z.boolean()), content: Content })),
  responses: z.record(
    z.string(),
    z.looseObject({
      headers: z.exactOptional(z.record(z.string(), z.unknown())),
      content: z.exactOptional(Content),
    }),
  ),
});

const Snapshot = z.object({
  document: z.object({
    paths: z.exactOptional(z.record(z.string(), z.record(z.string(), Operation))),
    components: z.exactOptional(z.looseObject({})),
  }),
  endpoints: z.record(
    z.string(),
    z.object({
      method: z.string(),
      path: z.string(),
      calls: z.array(z.string()),
      breaking: z.exactOptional(
        z.object({
          reason: z.string(),
          until: z.templateLiteral([z.int(), '-', z.int(), '-', z.int()]),
        }),
      ),
      accepts: z.exactOptional(Schema),
    }),
  ),
});

/** Reads a snapshot that was stored as JSON. @throws Error that names the first mistake and its place */
export function parseSnapshot(value: unknown): ApiSnapshot {
  const parsed = Snapshot.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`"${issue?.path.map(String).join('.')}": ${issue?.message}`);
}
