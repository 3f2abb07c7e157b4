import type { TranslationBundle } from '@jupyterlab/translation';
import type { PlannedImage, Transfer } from './api/schema';

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

/** What a transfer is called: its label where a person chose one, else what is in it. */
export function titleOf(transfer: Transfer, trans: TranslationBundle): string {
  const images = transfer.tasks.flatMap(task => task.images);
  const [first] = images;
  if (transfer.options.label !== null || first === undefined) {
    return transfer.label;
  }
  const others = images.length - 1;
  return others === 0
    ? nameOf(first)
    : trans._n('%2 and %1 more', '%2 and %1 more', others, nameOf(first));
}

function nameOf({ source, name }: PlannedImage): string {
  return source.reference === null ? name : shortReference(source.reference);
}
