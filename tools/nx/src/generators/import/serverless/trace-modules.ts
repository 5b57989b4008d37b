import { existsSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { packageNamedBy } from '@nanoservices/build';
import ts from 'typescript';
import { lineOf, type ModuleImport, type ParsedModule, parseModule } from './source-module.ts';

/** A file of the old project that functions need. */
export interface SourceModule {
  /** Absolute. */
  readonly file: string;
  readonly content: Buffer;
  /** Undefined for a file that is no code. */
  readonly parsed?: ParsedModule | undefined;
  /** Imported files of the project, absolute, by the import. */
  readonly local: ReadonlyMap<ModuleImport, string>;
  /** Imported npm packages. */
  readonly packages: ReadonlySet<string>;
}

/** A reason why a function cannot be taken over. */
export interface Obstacle {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

const extensions = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];
const isCode = (file: string) => extensions.some((extension) => file.endsWith(extension));
const isDeclaration = (file: string) => /\.d\.[cm]?ts$/.test(file);

/** Follows imports through the files of a project, with the compiler's rules and the project's tsconfig.json. */
export class ModuleTracer {
  readonly #options: ts.CompilerOptions;
  readonly #modules = new Map<string, { module: SourceModule; obstacles: Obstacle[] }>();
  readonly #folder: string;

  /** @param folder - of the configuration, absolute */
  constructor(folder: string) {
    this.#folder = folder;
    this.#options = {
      ...projectOptions(folder),
      ...{ allowJs: true, resolveJsonModule: true, preserveSymlinks: true },
      ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    };
  }

  /**
   * @param module - path of a handler's module without its extension, as `src/orders`
   * @returns its file, absolute; undefined when there is none
   */
  handlerFile(module: string): string | undefined {
    const path = resolve(this.#folder, module);
    return extensions.map((extension) => path + extension).find((file) => existsSync(file));
  }

  /** @returns a file and all that it imports, transitively, and what stands in the way */
  trace(file: string): {
    readonly modules: ReadonlyMap<string, SourceModule>;
    readonly obstacles: readonly Obstacle[];
  } {
    const files = new Set([file]);
    const obstacles: Obstacle[] = [];
    const modules = new Map<string, SourceModule>();
    // A Set is iterated with what is added meanwhile.
    for (const one of files) {
      const read = this.#read(one);
      modules.set(one, read.module);
      obstacles.push(...read.obstacles);
      for (const imported of read.module.local.values()) files.add(imported);
    }
    return { modules, obstacles };
  }

  #read(file: string): { module: SourceModule; obstacles: Obstacle[] } {
    const known = this.#modules.get(file);
    if (known) return known;
    const content = readFileSync(file);
    const text = content.toString();
    const parsed = isCode(file) ? parseModule(file, text) : undefined;
    const local = new Map<ModuleImport, string>();
    const packages = new Set<string>();
    const obstacles: Obstacle[] = [];
    const refuse = (offset: number, reason: string) =>
      obstacles.push({ file, line: lineOf(text, offset), reason });
    if (parsed?.decorator !== undefined)
      refuse(parsed.decorator, 'uses decorators, which bundles do not compile');
    if (parsed?.mixedExport !== undefined) {
      refuse(parsed.mixedExport, 'mixes import and module.exports, which bundles do not: write export');
    }
    for (const one of parsed?.imports ?? []) {
      const target = this.#resolve(one.specifier, file);
      if (target.file) local.set(one, target.file);
      else if (one.isTypeOnly || isBuiltin(one.specifier)) continue;
      else if (target.packageName) packages.add(target.packageName);
      else refuse(one.start, `imports ${one.specifier}, which is not there`);
    }
    const read = { module: { file, content, parsed, local, packages }, obstacles };
    this.#modules.set(file, read);
    return read;
  }

  #resolve(specifier: string, from: string): { file?: string; packageName?: string } {
    if (isBuiltin(specifier)) return {};
    const { resolvedModule } = ts.resolveModuleName(specifier, from, this.#options, ts.sys);
    const found = resolvedModule?.resolvedFileName;
    if (found && !found.includes('/node_modules/')) return { file: implementationOf(resolve(found)) };
    const packageName = packageNamedBy(specifier);
    if (packageName !== undefined) return { packageName };
    const path = resolve(dirname(from), specifier);
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? { file: path } : {};
  }
}

/** The compiler prefers declarations to the JavaScript that they describe. */
function implementationOf(file: string): string {
  if (!isDeclaration(file)) return file;
  const script = file.replace(/\.d\.([cm]?)ts$/, '.$1js');
  return existsSync(script) ? script : file;
}

/** The compiler options of the project's tsconfig.json or jsconfig.json: paths of aliases, above all. */
function projectOptions(folder: string): ts.CompilerOptions {
  const file = ['tsconfig.json', 'jsconfig.json']
    .map((name) => join(folder, name))
    .find((one) => existsSync(one));
  if (!file) return {};
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  return ts.getParsedCommandLineOfConfigFile(file, {}, host)?.options ?? {};
}
