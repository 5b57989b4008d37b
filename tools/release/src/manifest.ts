/** A package.json, as far as it matters here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly sideEffects?: boolean;
  /** Patterns as npm takes them. Those with `!` are not published. */
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly generators?: string;
  readonly executors?: string;
  readonly 'nx-migrations'?: { readonly migrations: string; readonly packageGroup: readonly unknown[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** The common settings of the packages of one release. */
export interface Release {
  readonly version: string;
  /** The names of all packages of the release. */
  readonly packages: ReadonlySet<string>;
  /** Range of Node's versions. */
  readonly node: string;
  /** URL of the repository; undefined where nobody knows it. */
  readonly repository: string | undefined;
}

/** The folder of compiled files, which mirrors `src`. */
export const compiledFolder = 'dist';

/** A package.json as npm gets it. */
export type PublishedManifest = Omit<Manifest, 'exports'> & { readonly exports: Record<string, unknown> };

/**
 * The package.json of a package as npm gets it: JavaScript and types instead of sources, and the other packages of the release
 * at exactly this version.
 *
 * @param folder - of the package in the repository
 */
export function publishedManifest(source: Manifest, folder: string, release: Release): PublishedManifest {
  const {
    private: _,
    files: __,
    devDependencies: ___,
    nx: ____,
    scripts: _____,
    exports = {},
    imports = {},
    bin,
    ...rest
  } = source;
  return {
    ...rest,
    version: release.version,
    ...(release.repository && {
      repository: { type: 'git', url: release.repository, directory: folder },
    }),
    keywords: ['aws', 'lambda', 'nanoservices', 'nx', 'serverless', ...(source.keywords ?? [])],
    engines: { node: release.node },
    ...(bin && { bin }),
    ...(Object.keys(imports).length > 0 && { imports: mapValues(imports, compiledFile) }),
    exports: mapValues(publishedOnly(exports, source), publishedExport),
    ...(source.dependencies && { dependencies: pinned(source.dependencies, release) }),
    ...(source.peerDependencies && { peerDependencies: pinned(source.peerDependencies, release) }),
    publishConfig: { access: 'public', provenance: true },
  };
}

/** @returns a filter of the files of a package, relative to it, that leaves out what its `files` exclude */
export function publishedFiles({ files = [] }: Manifest): (file: string) => boolean {
  const excluded = files.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  return (file) => !excluded.some((path) => file === path || file.startsWith(`${path}/`));
}

function publishedOnly(exports: Readonly<Record<string, string>>, source: Manifest): Record<string, string> {
  const isPublished = publishedFiles(source);
  return Object.fromEntries(
    Object.entries(exports).filter(([, file]) => isPublished(file.replace('./', ''))),
  );
}

function mapValues<In, Out>(
  values: Readonly<Record<string, In>>,
  map: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** `./src/x.ts` -> `./dist/x.js` */
export function compiledFile(file: string): string {
  return file.replace(/^(\.\/)?src\//, `$1${compiledFolder}/`).replace(/\.ts(#|$)/, '.js$1');
}

/** A list of Nx, whose generators, executors or migrations are compiled files. */
export function compiledPaths<List>(list: List): List {
  return JSON.parse(JSON.stringify(list), (_, value) =>
    typeof value === 'string' && value.startsWith('./src/') ? compiledFile(value) : value,
  );
}

function publishedExport(file: string): unknown {
  if (!file.endsWith('.ts')) return file;
  const compiled = compiledFile(file);
  return { types: compiled.replace(/\.js$/, '.d.ts'), default: compiled };
}

function pinned(dependencies: Readonly<Record<string, string>>, release: Release): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, range]) => [
      name,
      release.packages.has(name) ? release.version : range,
    ]),
  );
}
