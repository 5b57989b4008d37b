import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Starts the Chromium of this machine, without a window: the one in the environment variable CHROMIUM, or one at its usual
 * places.
 *
 * @throws Error with the way out when there is none
 */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (!executablePath) {
    throw new Error(
      'There is no Chromium. Install one (apt-get install chromium), or name it in the environment variable CHROMIUM.',
    );
  }
  return chromium.launch({
    executablePath,
    // Chromium has no sandbox when root starts it. It must not call home.
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
}
