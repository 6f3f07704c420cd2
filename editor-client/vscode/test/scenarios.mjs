// What the browser tests do, one function each.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gone, server } from './processes.mjs';
import { ghost, line, noGhost, noLine, open, run, shot, status, workbench } from './workbench.mjs';

/** Ghost text is seen, taken word by word, taken whole, undone in one step, refused. */
export async function suggestion(page, config) {
  await open(page, config, 'shapes.py', 2, 1);
  await status(page, 'Ready');
  await page.keyboard.press('Shift+End'); // what another test has left there
  await page.keyboard.type('area = ');
  await ghost(page, 'width * height');
  await page.keyboard.press('Control+ArrowRight');
  await line(page, 'area = width');
  await ghost(page, '* height');
  await page.keyboard.press('Tab');
  await line(page, 'area = width * height');
  await page.keyboard.press('Control+z');
  await line(page, 'area = width');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type('area = ');
  await ghost(page, 'width * height');
  await page.keyboard.press('Escape');
  await noGhost(page);
}

/** A finding of a linter is fixed by a verified edit, which is one step to undo. */
export async function quickFix(page, config) {
  await open(page, config, 'angles.py', 2, 31);
  await status(page, 'Ready');
  await fix(page, 'Undefined name');
  await line(page, 'import math');
  await page.keyboard.press('Control+z');
  await noLine(page, 'import math');
}

/** Takes the quick fix for the finding at the cursor, once the editor shows one there. */
export async function fix(page, message) {
  await page.waitForSelector('.squiggly-warning');
  const offer = page.locator('.action-widget .monaco-list-row', { hasText: `Fix: ${message}` }).first();
  await page.keyboard.press('Control+.');
  await offer.waitFor();
  await shot(page, 'quick-fix');
  await offer.click();
}

/** The menu of the status bar pauses and explains; the command palette has the statistics. */
export async function menu(page, config) {
  await open(page, config, 'shapes.py', 2, 1);
  await status(page, 'Ready');
  await page.locator('.statusbar-item[aria-label*="Fimble: Ready"]').first().click();
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Pause in this window' }).click();
  await status(page, 'Paused');
  await run(page, 'Fimble: Why Is There No Suggestion?');
  await page.locator('.notification-toast', { hasText: 'Suggestions are paused.' }).waitFor();
  await run(page, 'Fimble: Pause or Resume in This Window');
  await status(page, 'Ready');
  await run(page, 'Fimble: Show Statistics');
  await page.locator('.tab', { hasText: 'Fimble statistics' }).waitFor();
}

/** A killed server is started again; a killed extension host leaves no server behind. */
export async function killed(page, config) {
  await open(page, config, 'shapes.py', 2, 1);
  await status(page, 'Ready');
  const first = await server(config);
  process.kill(first.pid, 'SIGKILL');
  const second = await server(config, first.pid);
  await status(page, 'Ready');
  await page.keyboard.type('area = ');
  await ghost(page, 'width * height');
  process.kill(second.parent, 'SIGKILL');
  await gone(second.pid);
}

/** The tests of test/host.ts, inside the extension host; it writes its result to a file. */
export async function host(page, config) {
  const authority = new URL(config.url).host;
  const remote = (path) => `vscode-remote://${authority}${path}`;
  await workbench(page, config, [
    ['extensionDevelopmentPath', remote(config.extension)],
    ['extensionTestsPath', remote(config.tests)],
  ]);
  const end = Date.now() + 90_000;
  while (!existsSync(config.result)) {
    if (Date.now() > end) throw new Error('the extension host wrote no result');
    await page.waitForTimeout(100);
  }
  const failures = JSON.parse(readFileSync(config.result, 'utf8')).failures;
  if (failures.length) throw new Error(failures.join('\n'));
}
