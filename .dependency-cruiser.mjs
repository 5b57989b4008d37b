/**
 * The arrows of this workspace: functions -> libs; tools -> the framework's libs, and each tool the tools before it.
 * Checked by `npx nx run lab:architecture`.
 */
const endpoint = '^functions/([^/]+)/([^/]+)/';
const specs = '\\.(spec|e2e|bench)\\.ts$|/testing/|(vitest[^/]*|\\.vitest)\\.ts$';
const frameworkLibs = '^libs/(endpoint|postgres)/';
/** Each may use those before it. */
const tools = [
  'model',
  'build',
  'api',
  'database',
  'runtime',
  'deploy',
  'report',
  'nx',
  'create',
  'release',
  'lab',
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'libs-know-no-functions',
      comment: 'A lib serves every function, so it can depend on none.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^functions/' },
    },
    {
      name: 'libs-and-functions-know-no-tools',
      comment: 'Tools work on functions and libs from outside; nothing of them is ever deployed.',
      severity: 'error',
      from: { path: '^(libs|functions)/' },
      to: { path: '^tools/' },
    },
    {
      name: 'framework-knows-no-application',
      comment: 'A team replaces the functions and libs of the application, and keeps the framework.',
      severity: 'error',
      from: { path: `${frameworkLibs}|^tools/`, pathNot: '^tools/lab/' },
      to: { path: '^(functions|libs)/', pathNot: frameworkLibs },
    },
    {
      name: 'postgres-builds-on-endpoint',
      comment: 'An endpoint needs no database.',
      severity: 'error',
      from: { path: '^libs/endpoint/' },
      to: { path: '^libs/', pathNot: '^libs/endpoint/' },
    },
    ...tools.map((tool, index) => ({
      name: `${tool}-knows-no-tool-above-it`,
      comment: `Tools build on each other in one direction: ${tools.join(', ')}.`,
      severity: 'error',
      from: { path: `^tools/${tool}/` },
      to: { path: `^tools/(${tools.slice(index + 1).join('|') || 'none'})/` },
    })),
    {
      name: 'endpoints-share-contracts-only',
      comment:
        "An endpoint calls another by its contract. Another's code in its bundle would deploy with it.",
      severity: 'error',
      from: { path: endpoint },
      to: { path: '^functions/', pathNot: ['^functions/$1/$2/', '/src/contract\\.ts$'] },
    },
    {
      name: 'contracts-import-contracts-only',
      comment:
        'The callers of an endpoint are rebuilt when its contract changes, not when something else of it does.',
      severity: 'error',
      from: { path: '/src/contract\\.ts$' },
      to: { path: '^functions/', pathNot: '/src/contract\\.ts$' },
    },
    {
      name: 'no-circular',
      comment: 'Modules that depend on each other cannot be understood, or changed, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'Test code does not belong into what is deployed, or into tools. The lab is test code.',
      severity: 'error',
      from: { path: '^(libs|functions|tools)/', pathNot: `${specs}|^tools/lab/` },
      to: { path: `${specs}|node_modules/(vitest|fast-check)/` },
    },
    {
      name: 'declared-dependencies',
      comment: 'Imported packages are declared in package.json (for tests, in the root package.json).',
      severity: 'error',
      from: { path: '^(libs|functions|tools)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'own-dependencies-in-production',
      comment:
        'A function bundles the dependencies of its package.json; a development dependency of the root is not for it.',
      severity: 'error',
      from: { path: '^(libs|functions)/', pathNot: specs },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|tmp)/|^tools/lab/testbed/shop/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import'] },
  },
};
