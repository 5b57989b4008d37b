import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { compilerSettings } from './compiler-options.ts';

/** The messages of the compiler about a module that imports another one with its extension. */
function errorsIn(base?: object): string[] {
  using workspace = new TemporaryWorkspace(base && { 'tsconfig.base.json': base });
  workspace.write('package.json', { type: 'module' });
  workspace.write('src/id.ts', 'export const id: string | undefined = undefined;\n');
  const file = join(workspace.root, 'src/index.ts');
  writeFileSync(file, "import { id } from './id.ts';\nexport const length = id.length;\n");
  const { options, errors } = compilerSettings(workspace.root);
  const program = ts.createProgram([file], options);
  return [...errors, ...ts.getPreEmitDiagnostics(program)].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

const isStrict = ["'id' is possibly 'undefined'."];

it('sources are checked strictly without a tsconfig.base.json', () => {
  expect(errorsIn()).toEqual(isStrict);
});

it.each([
  [
    'of an Nx workspace with project references',
    {
      composite: true,
      declarationMap: true,
      emitDeclarationOnly: true,
      importHelpers: true,
      isolatedModules: true,
      lib: ['es2022'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      noEmitOnError: true,
      target: 'es2022',
      customConditions: ['@acme/source'],
    },
  ],
  [
    'of an Nx workspace with paths',
    {
      rootDir: '.',
      sourceMap: true,
      declaration: false,
      moduleResolution: 'node',
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      importHelpers: true,
      target: 'es2015',
      module: 'esnext',
      lib: ['es2020', 'dom'],
      skipDefaultLibCheck: true,
      baseUrl: '.',
      paths: { '@acme/ui': ['libs/ui/src/index.ts'] },
    },
  ],
  ['with nothing', {}],
])('sources are checked as Node runs them with the tsconfig.base.json %s', (_, compilerOptions) => {
  expect(errorsIn({ compileOnSave: false, files: [], references: [], compilerOptions })).toEqual(isStrict);
});

it('a tsconfig.base.json for sources that Node runs is taken as it is', () => {
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    noEmit: true,
    allowImportingTsExtensions: true,
    strict: false,
  };
  expect(errorsIn({ compilerOptions })).toEqual([]);
});

it('a tsconfig.base.json that is none is an error', () => {
  expect(errorsIn({ compilerOptions: { target: 'es1' } })[0]).toContain("Argument for '--target' option");
});
