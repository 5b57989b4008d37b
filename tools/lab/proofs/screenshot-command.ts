/** `nx run report:screenshot`: makes the picture of the README from the report that was written last. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '@nanoservices/runtime/browser';

const folder = join(import.meta.dirname, '..');
const page = join(folder, 'dist/architectures.html');

if (existsSync(page)) {
  const browser = await launchBrowser();
  const shown = await browser.newPage({ viewport: { width: 1240, height: 1500 }, colorScheme: 'light' });
  await shown.goto(pathToFileURL(page).href);
  // Playwright itself writes no WebP, which is a third of the PNG.
  const session = await shown.context().newCDPSession(shown);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
  mkdirSync(join(folder, 'docs'), { recursive: true });
  writeFileSync(join(folder, 'docs/architectures.webp'), data, 'base64');
  await browser.close();
} else {
  console.error('There is no report: npx nx run report:architectures');
  process.exitCode = 2;
}
