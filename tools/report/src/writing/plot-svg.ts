import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Plot } from '../report.ts';
import { barsOption, isBars } from './bars-option.ts';
import { figureText } from './figure-text.ts';
import { escapeHtml } from './html.ts';
import { linesOption } from './lines-option.ts';
import type { Drawing } from './plot-parts.ts';

use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);

/** Widths in pixels for a column of a broad page, and for a telephone. Text has the same size in both. */
const widths = { broad: 520, narrow: 330 };

/** A plot as two SVGs, for broad and for narrow screens. They use the colours of the page, light or dark. */
export function plotSvg(plot: Plot): string {
  const label = escapeHtml(inWords(plot));
  return Object.entries(widths)
    .map(([form, width]) => {
      const svg = draw(width, isBars(plot) ? barsOption(plot, width) : linesOption(plot, width));
      return svg.replace('<svg', `<svg class="${form}" role="img" aria-label="${label}"`);
    })
    .join('\n');
}

function draw(width: number, { height, option }: Drawing): string {
  // Without a document, ECharts draws to a string.
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // Removes attributes that only its scripts read.
  return svg
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/<style ?>.*?<\/style>/s, '');
}

/** The text for screen readers. */
function inWords({ title, x, y, series }: Plot): string {
  const all = series.map(({ name, points }) => {
    const values = points.map((point) => `${point.x}: ${figureText(point.y, y.unit)}`);
    return `${name}: ${values.join('; ')}`;
  });
  return `${title}. ${y.name} by ${x.name}. ${all.join('. ')}`;
}
