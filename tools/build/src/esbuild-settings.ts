/**
 * The one set of esbuild settings: whoever builds a bundle uses these, so that the same sources give the same bytes.
 */
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
  // Parts of pg that a function never runs: libpq bindings, and passwords from a file in the home directory.
  external: ['pg-native', './native', 'pgpass'],
} as const;

/** Options of the executor `@nx/esbuild:esbuild` for the endpoint in `root` (relative to the workspace root). */
export function esbuildExecutorOptions(root: string): Record<string, unknown> {
  const { format, external, bundle, platform, target, minify, sourcemap, ...esbuildOptions } =
    esbuildSettings;
  return {
    main: `${root}/src/handler.ts`,
    outputPath: `${root}/dist`,
    outputFileName: 'handler.js',
    tsConfig: 'functions/tsconfig.json',
    format: [format],
    bundle,
    platform,
    target,
    minify,
    sourcemap,
    external,
    thirdParty: true,
    // A default of the executor, which Nx adds only to a target of its own.
    assets: [],
    deleteOutputPath: true,
    metafile: true,
    declaration: false,
    // The target `typecheck` does that.
    skipTypeCheck: true,
    esbuildOptions,
  };
}
