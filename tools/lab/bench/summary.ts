import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { cellsOf, type RecordedFindings, recordFile } from './findings.ts';

export const readme = 'tools/bench/README.md';

/**
 * A README with the tables of recorded findings in their places, each between `<!-- name -->` and `<!-- /name -->`.
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

/** What has been recorded so far. */
export function readFindings(): RecordedFindings[] {
  return globSync(recordFile('*'))
    .sort()
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}

/** `nx run bench:summary`: writes what has been recorded into the README. */
if (import.meta.main) writeFileSync(readme, withSummaries(readFileSync(readme, 'utf8'), readFindings()));
