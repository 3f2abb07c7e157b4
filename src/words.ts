import type { Image } from './api/schema';

/** An image's name without its registry. */
export function shortName(image: Image): string {
  return `${image.collection}/${image.container}:${image.tag}`;
}

/** A reference as it is read: without its registry, its names as they are, in one line. */
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
    return escaped; // no text
  }
}
