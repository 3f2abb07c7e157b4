import type { TranslationBundle } from '@jupyterlab/translation';
import type { PlannedImage, Send } from './api/schema';

/** A reference without its registry. */
export function shortReference(reference: string): string {
  return reference.replace(/^[^/]*:\/\//, '');
}

/** What a send is called: its label where a person chose one, else what is in it. */
export function titleOf(send: Send, trans: TranslationBundle): string {
  const images = send.tasks.flatMap(task => task.images);
  const [first] = images;
  if (send.options.label !== null || first === undefined) {
    return send.label;
  }
  const others = images.length - 1;
  return others === 0
    ? nameOf(first)
    : trans._n('%2 and %1 more', '%2 and %1 more', others, nameOf(first));
}

function nameOf({ source, name }: PlannedImage): string {
  return source.reference === null ? name : shortReference(source.reference);
}
