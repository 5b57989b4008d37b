import type { Code, Plot, Report, Section, Table } from '../report.ts';
import { isFew, legend, signs, spreadText } from './figure-text.ts';
import { escapeHtml, inline } from './html.ts';
import { style } from './page-style.ts';
import { plotSvg } from './plot-svg.ts';
import { plotTable } from './plot-table.ts';
import { tableHtml } from './table-html.ts';

/** A report as one HTML page, without scripts and requests. */
export function reportPage(report: Report): string {
  const { title, summary, environment, sections } = report;
  const contents = sections.map(
    (section, index) => `<li><a href="#s${index}">${escapeHtml(section.title)}</a></li>`,
  );
  const facts = Object.entries(environment).map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<div class="summary">${paragraphs(summary)}</div>
<dl>${facts.join('')}</dl>
<ul class="legend" aria-label="Signs">${legend.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>
</header>
<nav aria-label="Contents"><ol>${contents.join('')}</ol></nav>
<main>${sections.map(sectionHtml).join('\n')}</main>
</body>
</html>
`;
}

function sectionHtml({ title, text, parts }: Section, index: number): string {
  return `<section id="s${index}"><h2>${escapeHtml(title)}</h2>${paragraphs(text)}
<div class="parts">${parts.map(partHtml).join('\n')}</div></section>`;
}

function partHtml(part: Table | Plot | Code): string {
  const note = part.note === undefined ? '' : `<p class="note">${inline(part.note)}</p>`;
  const heading = `<h3>${escapeHtml(part.title)}</h3>`;
  if (part.kind === 'table') return `<div class="part wide">${heading}${tableHtml(part)}${note}</div>`;
  if (part.kind === 'code') {
    return `<div class="part wide">${heading}<pre tabindex="0"><code>${escapeHtml(part.text)}</code></pre>${note}</div>`;
  }
  return `<figure class="part">${heading}${plotSvg(part)}
<figcaption>${sourcesOf(part)}${note}</figcaption>
<details><summary>Figures</summary>${tableHtml(plotTable(part))}</details></figure>`;
}

/** Sources of the figures of a plot, whose bars and points have no room for signs. */
function sourcesOf({ series }: Plot): string {
  const figures = series.flatMap(({ points }) => points.map(({ y }) => y));
  const sources = [...new Set(figures.map(({ source }) => source))].map(
    (source) => `${signs[source]} ${source}`,
  );
  const few = figures.some(isFew) ? [`<span class="few">? some from few runs</span>`] : [];
  const spread = figures.some((figure) => spreadText(figure)) ? ['whiskers: least to most'] : [];
  return `<p class="sources">${[...sources, ...few, ...spread].join(' · ')}</p>`;
}

function paragraphs(text: readonly string[]): string {
  return text.map((paragraph) => `<p>${inline(paragraph)}</p>`).join('');
}
