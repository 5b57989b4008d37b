import { describe, expect, it } from 'vitest';
import { findLines, trackedFiles } from '../testbed/repository.ts';

describe('the code of this repository', () => {
  const files = trackedFiles().filter(
    (file) => /\.[cm]?[jt]s$/.test(file) && file !== 'tools/lab/proofs/paths-and-urls.spec.ts',
  );

  it('takes no path from a URL by hand: fileURLToPath() decodes it', () => {
    const isWrong = (line: string) => /import\.meta\.url\)?\)?\.pathname|\bmodule\.pathname/.test(line);
    expect(findLines(files, isWrong)).toEqual([]);
  });

  it('makes no URL from a path by hand: pathToFileURL() encodes it', () => {
    expect(findLines(files, (line) => /[`'"]file:\/\/(?:\$\{|['"]\s*\+)/.test(line))).toEqual([]);
  });

  it('imports no path: a path is no URL', () => {
    const computed = /\bimport\(\s*(?!['"`@]|\/\*)(?<argument>[^)]*)/;
    const isWrong = (line: string) => {
      const argument = computed.exec(line)?.groups?.argument;
      return (
        argument !== undefined &&
        !/pathToFileURL|platformPackage|specifier|^module$|\$\{module\}|^name$|^$/.test(argument)
      );
    };
    expect(findLines(files, isWrong)).toEqual([]);
  });
});
