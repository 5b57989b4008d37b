/** `nx run report:screenshot`: makes the picture of the README from the report that was written last. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '@nanoservices/runtime/browser';

const folder = join(import.meta.dirname, '..');
const page = join(folder, 'dist/architectures.html');

if (existsSync(page)) {
  const browser = await launchBrowser();
  const shown = await browser.newPage({ viewport: { width: 1120, height: 1180 }, colorScheme: 'light' });
  await shown.goto(pathToFileURL(page).href);
  await shown.screenshot({ path: join(folder, 'docs/architectures.png') });
  await browser.close();
} else {
  console.error('There is no report: npx nx run report:architectures');
  process.exitCode = 2;
}
