import type { Image } from './api/schema';

/** Return an image's name without its registry. */
export function shortName(image: Image): string {
  return `${image.collection}/${image.container}:${image.tag}`;
}

/** Return a reference for display: without its registry, with names decoded, on one line. */
export function shortReference(reference: string): string {
  return reference
    .replace(/^[^/]*:\/\//, '')
    .replace(/(?:%[0-9A-F]{2})+/gi, decoded)
    .replace(/\s+/g, ' ');
}

function decoded(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped; // not UTF-8
  }
}
