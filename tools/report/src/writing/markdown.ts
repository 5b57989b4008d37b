import type { Code, Plot, Report, Table } from '../report.ts';
import { figureText, isFigure, legend, nameWithUnit } from './figure-text.ts';
import { plotTable } from './plot-table.ts';

/** A report as Markdown, with a table in place of each plot. */
export function reportMarkdown(report: Report): string {
  const environment = Object.entries(report.environment).map(([name, value]) => `- ${name}: ${value}`);
  const blocks = [
    `# ${report.title}`,
    ...report.summary,
    environment.join('\n'),
    legend.map((line) => `- ${line}`).join('\n'),
    ...report.sections.flatMap(({ title, text, parts }) => [
      `## ${title}`,
      ...text,
      ...parts.flatMap((part) => [`### ${part.title}`, part.note ?? '', partMarkdown(part)]),
    ]),
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function partMarkdown(part: Table | Plot | Code): string {
  if (part.kind === 'code') return `\`\`\`\n${part.text}\n\`\`\``;
  const { columns, rows } = part.kind === 'plot' ? plotTable(part) : part;
  const lines = [
    ['', ...columns.map(nameWithUnit)],
    ['---', ...columns.map(() => '---')],
    ...rows.map(({ name, cells }) => [
      name,
      ...columns.map((_, index) => {
        const cell = cells[index];
        return isFigure(cell) ? figureText(cell) : (cell ?? '');
      }),
    ]),
  ];
  return lines.map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
