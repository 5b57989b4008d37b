/** A path of a document as API Gateway takes it. */
export interface RoutePath {
  readonly path: string;
  /** New names of parameters, by the document's. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * Makes routes of the paths of a document. API Gateway takes one name for a parameter in one place, in all routes, and letters,
 * digits and `_` in it: other names change.
 */
export class RoutePaths {
  readonly #prefix: string;
  /** Names of parameters by their place: the path before them. */
  readonly #names = new Map<string, string>();

  /**
   * @param prefix - path of the server: `/v1`, or empty
   * @param existing - paths of the workspace's routes
   */
  constructor(prefix: string, existing: Iterable<string>) {
    this.#prefix = prefix;
    for (const path of existing) this.#walk(path, (name) => name);
  }

  routeOf(path: string): RoutePath {
    const renamed = new Map<string, string>();
    const whole = `${this.#prefix}/${path.replace(/^\/+|\/+$/g, '')}`.replace(/(?<=.)\/$/, '');
    const made = this.#walk(whole, (name) => validName(name), renamed);
    return { path: made, renamed };
  }

  #walk(path: string, wanted: (name: string) => string, renamed = new Map<string, string>()): string {
    let place = '';
    const segments = path.split('/').map((segment) => {
      const [, name] = /^\{([^{}+]+)\+?\}$/.exec(segment) ?? [];
      if (name === undefined) {
        place += `/${segment}`;
        return segment;
      }
      place += '/{}';
      const chosen = this.#names.get(place) ?? wanted(name);
      this.#names.set(place, chosen);
      if (chosen !== name) renamed.set(name, chosen);
      return `{${chosen}}`;
    });
    return segments.join('/');
  }
}

/** order-id -> orderId */
function validName(name: string): string {
  const camelCase = name.replace(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return /^[A-Za-z_]/.test(camelCase) ? camelCase : `_${camelCase}`;
}
