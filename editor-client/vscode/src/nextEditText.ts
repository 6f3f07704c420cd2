/** What of a next edit is shown, and where. Knows nothing of VS Code. */

/** Where a text differs from another: the part of the old one, as offsets, and what stands there instead. */
export interface Difference {
  start: number;
  end: number;
  text: string;
}

const WORD = /[\p{L}\p{N}_$]/u;

/** The difference of two texts, in whole words. */
export function difference(before: string, after: string): Difference {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let behind = 0;
  while (behind < most - start && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind += 1;
  if (WORD.test(before[start] ?? '') || WORD.test(after[start] ?? '')) {
    while (start > 0 && WORD.test(before[start - 1] ?? '')) start -= 1;
  }
  const last = (text: string): string => text.slice(start, text.length - behind).slice(-1);
  if (WORD.test(last(before)) || WORD.test(last(after))) {
    while (behind > 0 && WORD.test(before[before.length - behind] ?? '')) behind -= 1;
  }
  return { start, end: before.length - behind, text: after.slice(start, after.length - behind) };
}

/**
 * The rows in which a text is drawn beside the lines of a document that follow each other. Where
 * the document has fewer lines, the last row holds the rest.
 */
export function rows(text: string, lines: number): string[] {
  const all = text.replace(/\r/g, '').split('\n');
  const most = Math.max(1, lines);
  return all.length <= most ? all : [...all.slice(0, most - 1), all.slice(most - 1).join(' ⏎ ')];
}

/** A text as a snippet whose placeholders are the holes. */
export function snippet(text: string, holes: readonly (readonly [number, number])[]): string {
  const plain = (part: string): string => part.replace(/[\\$}]/g, '\\$&');
  let made = '';
  let last = 0;
  holes.forEach(([start, end], index) => {
    made += `${plain(text.slice(last, start))}\${${index + 1}:${plain(text.slice(start, end))}}`;
    last = end;
  });
  return made + plain(text.slice(last));
}
