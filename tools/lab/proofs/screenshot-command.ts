/** `nx run lab:screenshot`: makes the picture in the README of tools/report from the report that was written last. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '../testbed/browser.ts';
import { repositoryRoot } from '../testbed/repository.ts';

const page = join(repositoryRoot, 'dist/report/architectures.html');

if (existsSync(page)) {
  const browser = await launchBrowser();
  const shown = await browser.newPage({ viewport: { width: 1240, height: 1500 }, colorScheme: 'light' });
  await shown.goto(pathToFileURL(page).href);
  // Playwright itself writes no WebP, which is a third of the PNG.
  const session = await shown.context().newCDPSession(shown);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
  writeFileSync(join(repositoryRoot, 'tools/report/docs/architectures.webp'), data, 'base64');
  await browser.close();
} else {
  console.error('There is no report: npx nanos report');
  process.exitCode = 2;
}
