import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../testbed/repository.ts';
import { cellsOf, type RecordedFindings, recordFile } from './findings.ts';

/** The README with the summary, relative to the root of the repository. */
export const readme = 'tools/lab/bench/README.md';

/**
 * Puts the tables of recorded findings into a README, each between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws Error when findings have no place, or a place has no findings
 */
export function withSummaries(text: string, findings: readonly RecordedFindings[]): string {
  const missing = new Set(findings.map(({ name }) => name));
  const filled = text.replace(
    /(<!-- ([\w-]+) -->\n)[\s\S]*?(<!-- \/\2 -->)/g,
    (_, start, name: string, end) => {
      const found = findings.find((one) => one.name === name);
      if (!found) throw new Error(`${readme}: there is no ${recordFile(name)} for <!-- ${name} -->.`);
      missing.delete(name);
      return `${start}\n${markdown(found)}\n\n${end}`;
    },
  );
  if (missing.size > 0) {
    const [name] = missing;
    throw new Error(
      `${readme}: there is no <!-- ${name} --> … <!-- /${name} --> for ${recordFile(`${name}`)}.`,
    );
  }
  return filled;
}

function markdown(findings: RecordedFindings): string {
  const cells = Object.entries(cellsOf(findings));
  const columns = Object.keys(cells[0]?.[1] ?? {});
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const rows = cells.map(([name, row]) => line([name, ...columns.map((column) => row[column] ?? '')]));
  const head = line([findings.title, ...columns]);
  return [
    head,
    line(['---', ...columns.map(() => '---:')]),
    ...rows,
    '',
    `${findings.date}, ${findings.machine}`,
  ].join('\n');
}

/** Reads the recorded findings. */
export function readFindings(): RecordedFindings[] {
  return globSync(join(repositoryRoot, recordFile('*')))
    .sort()
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}
