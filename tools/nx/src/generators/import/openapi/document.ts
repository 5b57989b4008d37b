import { UsageError } from '@nanoservices/model';
import { isJson, type Json, type Remark, valueAt } from '../json.ts';

/** An OpenAPI document, and what is found in it on the way. */
export class OpenApiDocument {
  readonly root: Json;
  readonly remarks: Remark[] = [];

  /** @throws UsageError when it is no document of OpenAPI 3 */
  constructor(file: string, content: Json) {
    const { openapi, swagger, paths } = content;
    if (swagger !== undefined) {
      throw new UsageError(
        `${file}: "swagger" is ${String(swagger)}. Convert the document to OpenAPI 3 first.`,
      );
    }
    if (typeof openapi !== 'string' || !/^3\.\d/.test(openapi)) {
      throw new UsageError(
        `${file}: "openapi" is ${JSON.stringify(openapi)}. It must be 3.0 or later, as "3.1.1".`,
      );
    }
    if (!isJson(paths)) throw new UsageError(`${file}: "paths" is missing.`);
    this.root = content;
  }

  /** Title of the API. */
  get title(): string {
    const { info } = this.root;
    return isJson(info) && typeof info.title === 'string' ? info.title : 'api';
  }

  remark(path: readonly string[], reason: string): void {
    this.remarks.push({ path, reason });
  }

  /**
   * Follows references within the document.
   *
   * @param at - keys of the value, for the remark about a reference that leads elsewhere
   * @returns the value and its keys; an empty value when the reference leads nowhere
   */
  resolve(value: unknown, at: readonly string[]): { readonly value: Json; readonly at: readonly string[] } {
    let current = { value: isJson(value) ? value : {}, at };
    // References may name each other in a circle.
    for (let steps = 0; typeof current.value.$ref === 'string' && steps < 100; steps++) {
      const path = pathOf(current.value.$ref);
      const target = path && valueAt(this.root, path);
      if (!path || !isJson(target)) {
        this.remark(
          current.at,
          `The reference ${current.value.$ref} leads to nothing in this document: anything is accepted.`,
        );
        return { value: {}, at };
      }
      current = { value: target, at: path };
    }
    return typeof current.value.$ref === 'string' ? { value: {}, at } : current;
  }

  /** The components of a kind: `schemas`, `securitySchemes`. */
  components(kind: string): Json {
    const found = valueAt(this.root, ['components', kind]);
    return isJson(found) ? found : {};
  }
}

/** @returns the keys of a JSON pointer into the document itself: `#/components/schemas/Order` */
export function pathOf(reference: string): string[] | undefined {
  if (!reference.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
}
