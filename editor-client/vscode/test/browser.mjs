// Drives VS Code (code-server) in Chromium: node browser.mjs SCENARIO CONFIG.json
// CONFIG: {url, workspace, chromium, shots}. Ends with 0, or 1 and what was expected.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import * as scenarios from './scenarios.mjs';

const [name, configFile] = process.argv.slice(2);
const config = JSON.parse(readFileSync(configFile, 'utf8'));
const browser = await chromium.launch({
  executablePath: config.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update'],
});
const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
page.shots = config.shots;
page.setDefaultTimeout(config.timeout ?? 30_000);
let status = 0;
try {
  await scenarios[name](page, config);
} catch (error) {
  console.error(error.message);
  await page.screenshot({ path: join(config.shots, `failed-${name}.png`) });
  status = 1;
} finally {
  await Promise.race([browser.close(), new Promise((done) => setTimeout(done, 5_000))]);
}
process.exit(status);
