import type { Column, Figure, Table } from '../report.ts';
import { isFew, isFigure, marksOf, nameWithUnit, spreadText, valueText } from './figure-text.ts';
import { escapeHtml, inline } from './html.ts';

/** A table in HTML. The best figure of a column is set off. */
export function tableHtml({ title, columns, rows }: Table): string {
  // Numbers are aligned right; columns with words only are aligned left.
  const isText = columns.map((_, index) => !rows.some(({ cells }) => isFigure(cells[index])));
  const head = columns.map(
    (column, index) =>
      `<th scope="col"${isText[index] ? ' class="text"' : ''}>${escapeHtml(nameWithUnit(column))}${direction(column)}</th>`,
  );
  const best = columns.map((column, index) =>
    bestOf(column, rows.map(({ cells }) => cells[index]).filter(isFigure)),
  );
  const body = rows.map(({ name, cells }) => {
    const tds = columns.map((_, index) => {
      const cell = cells[index];
      if (!isFigure(cell))
        return `<td class="${isText[index] ? 'text' : 'words'}">${inline(cell ?? '')}</td>`;
      return figureCell(cell, cell.value === best[index]);
    });
    return `<tr><th scope="row">${inline(name)}</th>${tds.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table>
<thead><tr><td></td>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`;
}

function figureCell(figure: Figure, isBest: boolean): string {
  const spread = spreadText(figure);
  const runs = figure.runs === undefined ? '' : `, ${figure.runs} ${figure.runs === 1 ? 'run' : 'runs'}`;
  const sign = `<span class="sign" title="${figure.source}${runs}">${marksOf(figure)}</span>`;
  return `<td class="figure${isBest ? ' best' : ''}${isFew(figure) ? ' few' : ''}">${valueText(figure)}${sign}${
    spread && `<small>${spread}</small>`
  }</td>`;
}

function direction({ better }: Column): string {
  if (!better) return '';
  return `<small role="note" aria-label="${better} is better">${better === 'less' ? '↓' : '↑'} is better</small>`;
}

/** The best figure of a column; undefined if all are the same. */
function bestOf({ better }: Column, figures: readonly Figure[]): number | undefined {
  const values = figures.map(({ value }) => value);
  if (!better || new Set(values).size < 2) return undefined;
  return better === 'less' ? Math.min(...values) : Math.max(...values);
}
