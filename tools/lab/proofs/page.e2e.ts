/// <reference lib="dom" />
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeReport } from '@nanoservices/report';
import { contrastProblems, sampleReport } from '@nanoservices/report/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../testbed/browser.ts';
import { repositoryRoot } from '../testbed/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
const [sample = ''] = await writeReport(sampleReport, folder);
/** The reports of this repository, where they have been written. */
const dist = join(repositoryRoot, 'dist/report');
const made = existsSync(dist) ? readdirSync(dist).filter((file) => file.endsWith('.html')) : [];
const pages = [sample, ...made.map((file) => join(dist, file))];

const screens = [
  { name: 'desktop', width: 1280, height: 900 },
  { name: 'phone', width: 360, height: 740 },
];
const schemes = ['light', 'dark'] as const;
const cases = pages.flatMap((file) =>
  screens.flatMap((screen) =>
    schemes.map((scheme) => ({
      file,
      screen,
      scheme,
      name: `${file.split('/').at(-1)}, ${screen.name}, ${scheme}`,
    })),
  ),
);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

describe.each(cases)('$name', ({ file, screen, scheme }) => {
  let page: Page;
  const said: string[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    page = await browser.newPage({ viewport: screen, colorScheme: scheme });
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    // Hidden parts, too.
    for (const details of await page.locator('details').all())
      await details.evaluate((one) => one.setAttribute('open', ''));
  });
  afterAll(() => page.close());

  it('asks for nothing but itself, and has nothing to complain of', () => {
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(said).toEqual([]);
  });

  it('is no wider than the screen', async () => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(screen.width);
  });

  it('shows every plot once, with all of its text inside', async () => {
    const plots = await page.locator('figure').all();
    expect(plots.length).toBeGreaterThan(0);
    for (const plot of plots) {
      const visible = plot.locator('svg:visible');
      expect(await visible.count()).toBe(1);
      const outside = await visible.evaluate((svg) => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')]
          .filter((text) => {
            const box = text.getBoundingClientRect();
            return (
              box.left < frame.left - 1 ||
              box.right > frame.right + 1 ||
              box.top < frame.top - 1 ||
              box.bottom > frame.bottom + 1
            );
          })
          .map((text) => text.textContent);
      });
      expect(outside, `${await plot.locator('h3').textContent()}: cut off`).toEqual([]);
    }
  });

  it('has no two texts of a plot on each other', async () => {
    for (const plot of await page.locator('figure').all()) {
      const overlapping = await plot.locator('svg:visible').evaluate((svg) => {
        const texts = [...svg.querySelectorAll('text')].map((text) => ({
          box: text.getBoundingClientRect(),
          says: text.textContent,
        }));
        return texts.flatMap((one, index) =>
          texts.slice(index + 1).flatMap((other) => {
            const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            // Boxes are a little higher than their letters.
            return across > 1 && down > 4 ? [`${one.says} / ${other.says}`] : [];
          }),
        );
      });
      expect(overlapping, `${await plot.locator('h3').textContent()}`).toEqual([]);
    }
  });

  it('can be read: text has the contrast that WCAG 2 asks for', async () => {
    expect(await page.evaluate(contrastProblems)).toEqual([]);
  });
});
