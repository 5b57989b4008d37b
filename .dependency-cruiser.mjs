/**
 * The arrows of this workspace: functions -> libs, tools -> libs, and nothing else between the three folders.
 * Checked by `npx nx run workspace:architecture`.
 */
const endpoint = '^functions/([^/]+)/([^/]+)/';
const specs = '\\.(spec|e2e)\\.ts$|/testing/|vitest[^/]*\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'libs-know-no-functions',
      comment: 'A lib serves every function, so it can depend on none. Only libs/api reads their contracts.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/api/' },
      to: { path: '^functions/' },
    },
    {
      name: 'api-reads-contracts-only',
      comment: 'libs/api derives documents from contracts; it runs no handler.',
      severity: 'error',
      from: { path: '^libs/api/' },
      to: { path: '^functions/', pathNot: '/src/contract\\.ts$' },
    },
    {
      name: 'libs-and-functions-know-no-tools',
      comment: 'Tools work on functions and libs from outside; nothing of them is ever deployed.',
      severity: 'error',
      from: { path: '^(libs|functions)/' },
      to: { path: '^tools/' },
    },
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
        'Whoever calls an endpoint is built anew when its contract changes, not when something else of it does.',
      severity: 'error',
      from: { path: '/src/contract\\.ts$' },
      to: { path: '^functions/', pathNot: '/src/contract\\.ts$' },
    },
    {
      name: 'no-circular',
      comment: 'What depends on each other cannot be understood, or changed, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-code-in-production',
      comment:
        'What only tests need has no business in what is deployed or runs beside it. Benchmarks and reports are like tests.',
      severity: 'error',
      from: { path: '^(libs|functions|tools)/', pathNot: `${specs}|^tools/(bench|report)/` },
      to: { path: `${specs}|node_modules/(vitest|fast-check)/` },
    },
    {
      name: 'declared-dependencies',
      comment: 'What a package imports, its package.json (or for tests the root package.json) declares.',
      severity: 'error',
      from: { path: '^(libs|functions|tools)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'own-dependencies-in-production',
      comment:
        'A function bundles what its package.json declares; a development dependency of the root is not for it.',
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
    exclude: { path: '(^|/)(dist|tmp)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import'] },
  },
};
