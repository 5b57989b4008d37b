import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleReport } from './testing/sample-report.ts';
import { writeReport } from './write-report.ts';

describe('a written report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  let files: string[];
  let page: string;
  let markdown: string;
  beforeAll(async () => {
    files = await writeReport(sampleReport, join(folder, 'made'));
    [page, markdown] = ['html', 'md'].map((ending) =>
      readFileSync(join(folder, 'made', `sample.${ending}`), 'utf8'),
    ) as [string, string];
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a page, Markdown, and the data', () => {
    expect(files.map((file) => basename(file))).toEqual(['sample.html', 'sample.md', 'sample.json']);
    expect(JSON.parse(readFileSync(join(folder, 'made/sample.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(sampleReport)),
    );
  });

  it('shows every title in both, and every figure of a plot also as text', () => {
    const titles = sampleReport.sections.flatMap(({ title, parts }) => [
      title,
      ...parts.map((one) => one.title),
    ]);
    for (const title of titles) {
      expect(page).toContain(title);
      expect(markdown).toContain(title);
    }
    expect(markdown).toContain('| nanoservices | 57 (30 to 70) ● |');
    expect(page).toContain('<th scope="row">nanoservices</th><td class="figure">57');
  });

  it('is self-contained, and shows text as text', () => {
    expect(page).not.toMatch(/<script|<link|@import|url\((?!#)|https?:(?!\/\/www\.w3\.org\/)/);
    expect(page).toContain('&lt;angle brackets&gt;');
    expect(markdown).toContain('in \\| words');
  });

  it('is the same when it is written again', async () => {
    await writeReport(sampleReport, folder);
    // ECharts numbers its drawings.
    const unnumbered = (text: string) => text.replaceAll(/zr\d+/g, 'zr');
    expect(unnumbered(readFileSync(join(folder, 'sample.html'), 'utf8'))).toBe(unnumbered(page));
  });

  it('sets off the best figure of a column, and figures from few runs', () => {
    expect(page).toContain('<td class="figure best">1<span class="sign" title="counted">#</span>');
    expect(page).toContain('title="measured, 3 runs">●?');
  });
});
