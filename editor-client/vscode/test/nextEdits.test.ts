import { expect, test } from 'vitest';
import { difference, rows, snippet } from '../src/nextEditText';

test.each([
  ['doubled', 'squared', 'doubled', 'squared'],
  ['print(a, b)', 'print(a, c, b)', '', 'c, '],
  ['f(2)', 'f(2, scale)', '', ', scale'],
  ['aa', 'aaa', 'aa', 'aaa'],
  ['naïve', 'naïf', 'naïve', 'naïf'],
  ['x = 1\n', 'x = 1\ny = 2\n', '', 'y = 2\n'],
  ['a;', '', 'a;', ''],
])('the difference of %j and %j', (before, after, old, added) => {
  const found = difference(before, after);
  expect(before.slice(found.start, found.end)).toBe(old);
  expect(found.text).toBe(added);
  expect(before.slice(0, found.start) + found.text + before.slice(found.end)).toBe(after);
});

test('a text has a row for each line of the document, and the last row the rest', () => {
  expect(rows('a\r\nb\nc', 5)).toEqual(['a', 'b', 'c']);
  expect(rows('a\nb\nc', 2)).toEqual(['a', 'b ⏎ c']);
  expect(rows('a\nb', 0)).toEqual(['a ⏎ b']);
});

test('what only the user knows is a placeholder, and nothing else of the text is special', () => {
  expect(snippet(', ${cost}\\', [])).toBe(', \\${cost\\}\\\\');
  expect(snippet('(a, b)', [[1, 2], [4, 5]])).toBe('(${1:a}, ${2:b})');
  expect(snippet('f($x)', [[2, 4]])).toBe('f(${1:\\$x})');
});
