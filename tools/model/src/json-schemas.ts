import * as z from 'zod';
import { ApiFile, apiFile } from './files/api-file.ts';
import { Manifest } from './files/manifest.ts';
import { StagesFile, stagesFile } from './files/stages-file.ts';
import { TopologyFile, topologyFile } from './files/topology-file.ts';
import { TrafficFile, trafficFile } from './files/traffic-file.ts';

/** The JSON Schema of a JSON file, for editors. */
export interface FileSchema {
  /** File name in tools/model/schemas. */
  readonly name: string;
  /** Path of the JSON file in a workspace. */
  readonly describes: string;
  readonly schema: object;
}

/** Editors know the keys of npm. */
const ownKeys = Manifest.pick({ unit: true, lambda: true, database: true, schemas: true });

/** @returns the JSON Schemas of all JSON files that people write */
export function jsonSchemas(): FileSchema[] {
  return [
    fileSchema(
      `functions/${topologyFile}`,
      TopologyFile,
      'Topologies: how endpoints are packed into functions.',
    ),
    fileSchema(`functions/${stagesFile}`, StagesFile, 'Stages: where the application is deployed.'),
    fileSchema(`functions/${apiFile}`, ApiFile, 'Settings of the HTTP API.'),
    fileSchema(`functions/${trafficFile}`, TrafficFile, 'Expected traffic, for reports.'),
    fileSchema('package.json', ownKeys, 'The keys of this framework in a package.json.'),
  ];
}

function fileSchema(describes: string, file: z.ZodType, description: string): FileSchema {
  // Draft 7: VS Code supports later drafts in part only.
  const { $schema, ...schema } = z.toJSONSchema(file, { target: 'draft-7', io: 'input', override: simplify });
  const name = describes.replace('functions/', '').replace('.json', '.schema.json');
  return { name, describes, schema: { $schema, title: describes, description, ...schema } };
}

/** Removes what zod adds and no reader needs. */
function simplify({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // A format that only zod knows. The pattern says the same.
  if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
  if (JSON.stringify(jsonSchema.propertyNames) === '{"type":"string"}') delete jsonSchema.propertyNames;
}
