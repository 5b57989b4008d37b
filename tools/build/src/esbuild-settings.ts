/** The esbuild settings of every bundle: the same sources give the same bytes, whichever command builds them. */
export const esbuildSettings = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  sourcemap: true,
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  // pg is CommonJS: its require() of Node's built-in modules needs a require in the ES module.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  // A module of a bundle has lost its own place: the bundle takes it, as import.meta.url does.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  // Parts of pg that no function runs: libpq bindings, and passwords from a file in the home directory.
  external: ['pg-native', './native', 'pgpass'],
} as const;

/**
 * @param root - folder of the endpoint, relative to the workspace root
 * @param handler - its handler, relative to the workspace root
 * @param imports - names of packages that the bundle imports when it runs
 * @param tsConfig - relative to the workspace root
 * @returns options of the executor `@nx/esbuild:esbuild`
 */
export function esbuildExecutorOptions(
  root: string,
  handler: string,
  imports: readonly string[],
  tsConfig: string,
): Record<string, unknown> & { readonly esbuildOptions: object } {
  const { format, external, bundle, platform, target, minify, sourcemap, ...esbuildOptions } =
    esbuildSettings;
  return {
    main: handler,
    outputPath: `${root}/dist`,
    outputFileName: 'handler.js',
    tsConfig,
    format: [format],
    bundle,
    platform,
    target,
    minify,
    sourcemap,
    external: [...external, ...imports],
    thirdParty: true,
    // A default of the executor, which Nx adds only to targets that name the executor.
    assets: [],
    deleteOutputPath: true,
    metafile: true,
    declaration: false,
    // Done by the target `typecheck`.
    skipTypeCheck: true,
    esbuildOptions,
  };
}
