// What a test does in the workbench and sees in it.
import { join } from 'node:path';

const NBSP = /\u00a0/g;

/** Opens a file of the workspace with the cursor at line and column, both from 1. */
export async function open(page, config, file, line = 1, column = 1) {
  const authority = new URL(config.url).host;
  const target = `vscode-remote://${authority}${join(config.workspace, file)}:${line}:${column}`;
  await workbench(page, config, [['openFile', target], ['gotoLineMode', 'true']]);
  await page.waitForSelector('.monaco-editor .view-line');
  await page.locator('.monaco-editor').first().click({ position: { x: 500, y: 300 } });
  await goTo(page, line, column);
}

/** Loads the workbench; `payload` as VS Code for the web takes it. */
export async function workbench(page, config, payload = []) {
  const query = new URLSearchParams({ folder: config.workspace });
  if (payload.length) query.set('payload', JSON.stringify(payload));
  await page.goto(`${config.url}/?${query}`);
  await page.waitForSelector('.monaco-workbench');
}

export async function goTo(page, line, column) {
  await page.keyboard.press('Control+g');
  await page.locator('.quick-input-widget input').fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Runs a command of the palette by its title. */
export async function run(page, title) {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input');
  await input.fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
  await page.keyboard.press('Enter');
}

/** Waits until the ghost text contains `wanted` and returns all of it. */
export async function ghost(page, wanted = '') {
  return until(`ghost text with ${JSON.stringify(wanted)}`, page, async () => {
    const parts = await page.locator('.ghost-text-decoration, .ghost-text').allTextContents();
    const text = parts.join('').replace(NBSP, ' ');
    return text && text.includes(wanted) ? text : undefined;
  });
}

export async function noGhost(page) {
  await until('no ghost text', page, async () =>
    (await page.locator('.ghost-text-decoration').count()) === 0 ? 'none' : undefined,
  );
}

/** The lines of the editor as they are on the screen, ghost text taken out. */
export async function lines(page) {
  const all = await page.locator('.editor-group-container .view-lines .view-line').evaluateAll((nodes) =>
    nodes
      .map((node) => {
        const copy = node.cloneNode(true);
        copy.querySelectorAll('[class*=ghost-text]').forEach((ghost) => ghost.remove());
        return { top: parseFloat(node.style.top), text: copy.textContent };
      })
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text),
  );
  return all.map((line) => line.replace(NBSP, ' ').replace(/\u200b/g, '').trimEnd());
}

/** Waits until a line of the editor is `wanted`. */
export async function line(page, wanted) {
  return until(`the line ${JSON.stringify(wanted)}`, page, async () =>
    (await lines(page)).includes(wanted) ? wanted : undefined,
  );
}

/** Waits until the lines of the editor begin with those of `text`. */
export async function begins(page, text) {
  const wanted = text.trimEnd().split('\n');
  await until(`the text ${JSON.stringify(text)}`, page, async () => {
    const found = (await lines(page)).slice(0, wanted.length);
    return found.join('\n') === wanted.join('\n') ? text : undefined;
  });
}

/** All that decorations draw in the editor. */
export async function drawn(page) {
  const all = await page.locator('.view-lines span').evaluateAll((nodes) =>
    nodes
      .flatMap((node) => ['::before', '::after'].map((part) => getComputedStyle(node, part).content))
      .filter((text) => /^"./.test(text)),
  );
  return all.map((text) => text.slice(1, -1).replace(/\u00a0/g, ' '));
}

/** Waits until decorations draw exactly so many texts that contain `wanted`. */
export async function draws(page, wanted, count = 1) {
  await until(`${count} times ${JSON.stringify(wanted)} drawn`, page, async () =>
    (await drawn(page)).filter((text) => text.includes(wanted)).length === count ? 'drawn' : undefined,
  );
}

/** Waits until no line of the editor is `unwanted`. */
export async function noLine(page, unwanted) {
  await until(`no line ${JSON.stringify(unwanted)}`, page, async () =>
    (await lines(page)).includes(unwanted) ? undefined : 'none',
  );
}

/** Waits until the editor has more lines than `count`. */
export async function moreLines(page, count) {
  await until(`more than ${count} lines`, page, async () =>
    (await lines(page)).length > count ? 'more' : undefined,
  );
}

/** Takes a picture of the window, for the documentation. */
export async function shot(page, name) {
  await page.screenshot({ path: join(page.shots, `${name}.png`) });
}

/** Waits until the status bar says Fimble is in this state. */
export async function status(page, wanted) {
  await page.locator(`[id="fimble.fimble.fimble"][aria-label*="${wanted}"], .statusbar-item[aria-label*="Fimble: ${wanted}"]`).first().waitFor();
}

async function until(what, page, look) {
  const end = Date.now() + (page.patience ?? 30_000);
  while (Date.now() < end) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await page.waitForTimeout(50);
  }
  throw new Error(`expected ${what}; the editor has ${JSON.stringify(await lines(page))}, drawn ${JSON.stringify(await drawn(page))}`);
}
