import { expect, test } from 'vitest';
import * as vscode from 'vscode';
import { placeOf } from '../src/commands';
import { withConfirmation } from '../src/preview';
import { Bar, parse } from '../src/models';
import { SERVER_SETTINGS } from '../src/protocol';
import { camelCase } from '../src/settings';
import manifest from '../package.json';

const properties: Record<string, unknown> = manifest.contributes.configuration.properties;

test.each(SERVER_SETTINGS)('the server setting %s is a setting of the extension', (name) => {
  expect(properties).toHaveProperty([`fimble.${camelCase(name)}`]);
});

test('a place is a position, or a range where something is selected', () => {
  const document = { uri: vscode.Uri.file('/a.py'), version: 4 };
  const at = (selection: vscode.Selection): unknown => placeOf({ document, selection } as vscode.TextEditor);
  const [start, end] = [new vscode.Position(1, 2), new vscode.Position(3, 0)];
  expect(at(new vscode.Selection(start, start))).toEqual({
    uri: 'file:///a.py',
    version: 4,
    position: { line: 1, character: 2 },
  });
  expect(at(new vscode.Selection(end, start))).toMatchObject({
    range: { start: { line: 1, character: 2 }, end: { line: 3, character: 0 } },
  });
});

test('an edit to be confirmed keeps its version and its text', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const change = { textDocument: { uri: 'file:///a.py', version: 4 }, edits: [{ range, newText: 'x' }] };
  const { edit } = withConfirmation({ label: 'Fimble: fix', edit: { documentChanges: [change] } });
  expect(edit.changeAnnotations).toEqual({ fimble: { label: 'Fimble: fix', needsConfirmation: true } });
  expect(edit.documentChanges).toEqual([
    { ...change, edits: [{ range, newText: 'x', annotationId: 'fimble' }] },
  ]);
});

test.each([
  ['{"transfer": "model", "done": 5, "total": 10}', { transfer: 'model', done: 5, total: 10 }],
  ['{"note": "checking"}', { note: 'checking' }],
  ['WARNING: something else', undefined],
  ['7', undefined],
])('a line of progress: %s', (line, said) => {
  expect(parse(line)).toEqual(said);
});

test('one bar goes from 0 to 100 over the download and the packing, and never back', () => {
  const bar = new Bar();
  const steps = [
    bar.at('m from the hub', 0, 400),
    bar.at('m from the hub', 200, 400),
    bar.at('m from the package index', 100, 400),
    bar.at('m from the package index', 400, 400),
    bar.at('Packing m', 0, 600),
    bar.at('Packing m', 300, 600),
    bar.at('Packing m', 600, 600),
  ];
  expect(steps.map((step) => step.increment)).toEqual([0, 40, 0, 40, 0, 10, 10]);
  expect(steps[1]?.message).toBe('40 %, downloading 0 MB');
  expect(steps.at(-1)?.message).toBe('100 %, packing the weights');
});

test('a checkpoint that is there already is only packed', () => {
  expect(new Bar().at('Packing m', 1, 2)).toEqual({ message: '90 %, packing the weights', increment: 90 });
});
