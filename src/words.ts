import type { Image } from './api/schema';

// Letters and marks that show nothing: fillers, joiners and variation selectors.
const INVISIBLE =
  '\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180d\\u180f\\u2800\\u3164\\uffa0' +
  '\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}';
// eslint-disable-next-line no-misleading-character-class -- it lists them one by one
const UNPRINTABLE = new RegExp(`[\\p{C}\\p{Zl}\\p{Zp}${INVISIBLE}]`, 'gu');

/**
 * Make remote text safe to show: replace what reorders or hides text, such as bidirectional
 * overrides and zero-width characters. Line ends and tabs stay, and unusual spaces become plain
 * ones. The server does alike (text.py).
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/\p{Zs}/gu, ' ')
    .replace(UNPRINTABLE, character =>
      character === '\n' || character === '\t' ? character : '\ufffd'
    );
}

/** Write a document as JSON, with what is not printable escaped. Programs read it as it was. */
export function printableJson(document: unknown): string {
  return JSON.stringify(document, null, 2).replace(UNPRINTABLE, character =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map(unit => character.charCodeAt(unit).toString(16).padStart(4, '0'))
          .map(code => `\\u${code}`)
          .join('')
  );
}

/** Return an image's name without its registry. */
export function shortName(image: Image): string {
  return printable(`${image.collection}/${image.container}:${image.tag}`);
}

/** Return a reference for display: without its registry, with names decoded, on one line. */
export function shortReference(reference: string): string {
  const decodedText = reference
    .replace(/^[^/]*:\/\//, '')
    .replace(/(?:%[0-9A-F]{2})+/gi, decoded)
    .replace(/\s+/g, ' ');
  return printable(decodedText);
}

function decoded(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped; // not UTF-8
  }
}
