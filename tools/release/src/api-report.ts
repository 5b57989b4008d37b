import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  types: ['node'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
};

/** The exports that people import. What the framework's packages have for each other is no promise. */
const reported = ['.', './testing'];

/**
 * Makes the reports of a package's public API: everything that its exports declare.
 *
 * @param folder - of the built package, absolute
 * @returns the reports by file name: `endpoint.api.md`, `endpoint-testing.api.md`
 * @throws Error when an export cannot be analysed
 */
export function apiReports(folder: string): Map<string, string> {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries<{ types?: string }>(manifest.exports).filter(
    ([path, { types }]) => reported.includes(path) && types,
  );
  return new Map(
    entries.map(([path, { types }]) => {
      const name = `${manifest.name.split('/').at(-1)}${path.slice(1)}`.replaceAll('/', '-');
      return [`${name}.api.md`, apiReport(folder, types as string, name)];
    }),
  );
}

function apiReport(folder: string, types: string, name: string): string {
  const reportFolder = mkdtempSync(join(tmpdir(), 'api-'));
  const disabled = { enabled: false };
  try {
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, types),
        compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
        apiReport: {
          enabled: true,
          reportFileName: `${name}.api.md`,
          reportFolder,
          reportTempFolder: join(reportFolder, 'temp'),
        },
        newlineKind: 'lf',
        docModel: disabled,
        dtsRollup: disabled,
        tsdocMetadata: disabled,
        // The report is what matters here; the linter checks comments.
        messages: { extractorMessageReporting: { default: { logLevel: 'none' as never } } },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, 'package.json'),
    });
    const errors: string[] = [];
    const { succeeded } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === 'error') errors.push(message.text);
        message.handled = true;
      },
    });
    if (!succeeded || errors.length > 0) throw new Error(`${name}: ${errors.join('\n')}`);
    return readFileSync(join(reportFolder, `${name}.api.md`), 'utf8');
  } finally {
    rmSync(reportFolder, { recursive: true });
  }
}
