// What the browser tests do, one function each.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gone, server } from './processes.mjs';
import { begins, draws, ghost, goTo, line, lines, moreLines, noGhost, noLine, open, run, shot, status, workbench } from './workbench.mjs';

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
  await addImport(page, 'import math');
}

/** Fixes the undefined name at the cursor by an import at the top of the file, and takes it back. */
async function addImport(page, wanted) {
  await fix(page, 'Undefined name');
  await page.locator('.squiggly-warning').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+Home');
  await line(page, wanted);
  await page.keyboard.press('Control+z');
  await noLine(page, wanted);
}

/** Takes the quick fix for the finding at the cursor, once the editor shows one there. */
async function fix(page, message) {
  const offer = page.locator('.action-widget .monaco-list-row', { hasText: `Fix: ${message}` }).first();
  await page.waitForSelector('.squiggly-warning');
  for (let tries = 0; tries < 10 && !(await offer.isVisible()); tries += 1) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await offer.waitFor({ timeout: 3_000 }).catch(() => undefined); // the server may not know it yet
  }
  await offer.waitFor();
  await shot(page, 'quick-fix');
  await offer.click();
}

/** A docstring is written by a key and undone in one step. */
export async function docstring(page, config) {
  await open(page, config, 'angles.py', 1, 6);
  await status(page, 'Ready');
  await writeDocstring(page);
}

/** Documents the function at the cursor, which has no documentation, and takes it back. */
async function writeDocstring(page) {
  const before = (await lines(page)).length;
  await page.keyboard.press('Control+Alt+d');
  await moreLines(page, before);
  await shot(page, 'docstring');
  await page.keyboard.press('Control+z');
  await noLine(page, '    """');
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

/** The pictures of the README: a suggestion and a verified fix, by the real model. */
export async function showcase(page, config) {
  page.patience = 90_000;
  page.setDefaultTimeout(90_000);
  await open(page, config, 'inventory.py', 13, 1);
  await status(page, 'Ready');
  await page.keyboard.press('End');
  await page.keyboard.type('return ');
  await ghost(page);
  await shot(page, 'suggestion');
  await page.keyboard.press('Tab');
  await noGhost(page);
  await goTo(page, 18, 20);
  await addImport(page, 'import json');
  await goTo(page, 16, 6);
  await writeDocstring(page);
}

/** From the first start without a server or a model to an accepted suggestion, by the walkthrough alone. */
export async function newcomer(page, config) {
  page.patience = 60_000;
  page.setDefaultTimeout(540_000);
  await workbench(page, config);
  await page.getByRole('button', { name: 'Install the recommended model' }).click();
  await page.locator('.notification-toast', { hasText: 'installing' }).waitFor();
  await shot(page, 'walkthrough');
  await status(page, 'Ready');
  await page.getByText('Try it', { exact: true }).click();
  await page.getByRole('button', { name: 'Open the sample' }).click();
  const suggested = await ghost(page);
  await page.keyboard.press('Tab');
  await line(page, `    return ${suggested}`);
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

const RENAMED = `def area(side):
    DEFINED = side * side
    print(FIRST)

    print(SECOND)

    return THIRD
`;

/** The text of renamed.py with so many of its names typed or taken. */
function renamed(count, old = 'doubled', name = 'squared') {
  return ['DEFINED', 'FIRST', 'SECOND', 'THIRD'].reduce(
    (text, place, index) => text.replace(place, index < count ? name : old),
    RENAMED,
  );
}

/** Types another name over the one at the cursor. */
async function typeOver(page, name) {
  await page.keyboard.press('Control+Shift+ArrowRight');
  await page.keyboard.type(name);
}

/** A rename by typing: Tab goes to each other use and takes it, and each is one undo step. */
export async function nextEdits(page, config) {
  await open(page, config, 'renamed.py', 2, 5);
  await status(page, 'Ready');
  await typeOver(page, 'squared');
  await draws(page, 'Tab: go to the edit in line 3');
  await draws(page, 'squared', 3);
  await shot(page, 'next-edit');
  for (const [taken, line] of [[2, 3], [3, 5], [4, 7]]) {
    await draws(page, `Tab: go to the edit in line ${line}`);
    await page.keyboard.press('Tab');
    await draws(page, 'Tab: take the edit');
    await begins(page, renamed(taken - 1));
    await page.keyboard.press('Tab');
    await begins(page, renamed(taken));
  }
  await draws(page, 'Tab:', 0);
  for (const left of [3, 2, 1]) {
    await page.keyboard.press('Control+z');
    await begins(page, renamed(left));
  }
}

/** As fast as a user can press Tab, nothing is indented. */
export async function nextEditsInARow(page, config) {
  await open(page, config, 'renamed.py', 2, 5);
  await status(page, 'Ready');
  await typeOver(page, 'product');
  await draws(page, 'Tab: go to the edit in line 3');
  for (let presses = 0; presses < 6; presses += 1) await page.keyboard.press('Tab');
  await begins(page, renamed(4, 'doubled', 'product'));
}

/** One Esc ends them, typing elsewhere does not bring them back, and Tab indents where lines begin. */
export async function nextEditsEnded(page, config) {
  await open(page, config, 'renamed.py', 2, 5);
  await status(page, 'Ready');
  await typeOver(page, 'squared');
  await draws(page, 'Tab: go to the edit in line 3');
  await goTo(page, 3, 1);
  await draws(page, 'Ctrl+Alt+Enter: take the edit');
  await page.keyboard.press('Tab');
  await line(page, '        print(doubled)');
  await page.keyboard.press('Control+z');
  await begins(page, renamed(1));
  await page.waitForTimeout(1_000); // what was drawn before the undo looks the same
  await draws(page, 'squared', 3);
  await page.keyboard.press('Control+Alt+Enter');
  await begins(page, renamed(2));
  await draws(page, 'squared', 2);
  await page.keyboard.press('Escape');
  await draws(page, 'squared', 0);
  await goTo(page, 6, 1);
  await page.keyboard.type('#');
  await page.waitForTimeout(1_000);
  await draws(page, 'squared', 0);
}

/** A parameter added by typing: the call in another file is named, shown there, taken, filled in; then one undo. */
export async function nextEditsElsewhere(page, config) {
  await open(page, config, 'sizes.py', 1, 14);
  await status(page, 'Ready');
  await page.keyboard.type(', scale');
  await draws(page, 'Tab: go to the edit in calls.py, line 3');
  await ghost(page, 'nothing_known');
  await page.keyboard.press('Escape'); // it is the ghost text's
  await noGhost(page);
  await page.keyboard.press('Tab');
  await page.locator('.tab.active', { hasText: 'calls.py' }).waitFor();
  await draws(page, ', scale');
  await draws(page, 'Tab: take the edit');
  await line(page, 'print(area(2))');
  await shot(page, 'next-edit-elsewhere');
  await page.keyboard.press('Tab');
  await line(page, 'print(area(2, scale))');
  await page.keyboard.type('3');
  await line(page, 'print(area(2, 3))');
  await draws(page, 'Tab:', 0);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await line(page, 'print(area(2))');
}

/** All at once: what is not on the screen is listed before; one undo takes all of it back. */
export async function nextEditsAtOnce(page, config) {
  await open(page, config, 'sizes.py', 1, 5);
  await status(page, 'Ready');
  await typeOver(page, 'surface');
  await draws(page, 'Tab: go to the edit in calls.py, line 1');
  await run(page, 'Fimble: Next Edit: Take All of Them');
  for (const place of ['calls.py, line 1', 'calls.py, line 3']) {
    await page.locator('.quick-input-list .monaco-list-row', { hasText: place }).waitFor();
  }
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await openByName(page, 'calls.py');
  await begins(page, 'from sizes import surface\n\nprint(surface(2))\n');
  await page.keyboard.press('Control+z');
  await begins(page, 'from sizes import area\n\nprint(area(2))\n');
}

async function openByName(page, name) {
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-widget input').fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active', { hasText: name }).waitFor();
}
