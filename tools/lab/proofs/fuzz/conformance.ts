import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument, Operation } from './operations.ts';

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** Makes a function that finds the problem of a response, by the OpenAPI document alone; undefined when it conforms. */
export function conformance(
  document: ApiDocument,
): (operation: Operation, response: HttpResponse) => string | undefined {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  (addFormats as unknown as typeof addFormats.default)(ajv);
  ajv.addSchema(document, 'api');
  const pointer = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

  return ({ method, path, responses }, { status, contentType, text }) => {
    if (status >= 500) return `a status of ${status}: ${text}`;
    const documented = responses[status];
    if (!documented) return `a status that is not documented: ${status} ${text}`;
    if (!documented.content) return text === '' ? undefined : `a body where there should be none: ${text}`;
    const type = contentType?.split(';')[0] ?? '';
    if (!documented.content[type]) return `a content type that is not documented for ${status}: ${type}`;
    const parts = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ];
    const $ref = `api#/${parts.map((part) => encodeURIComponent(pointer(part))).join('/')}`;
    // Text and bytes are what they are.
    if (!/[/+]json$/.test(type)) return undefined;
    const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref });
    return validate(JSON.parse(text)) ? undefined : `${ajv.errorsText(validate.errors)}: ${text}`;
  };
}
