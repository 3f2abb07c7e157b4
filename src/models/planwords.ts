import type { TranslationBundle } from '@jupyterlab/translation';
import type { Plan } from '../api/schema';
import { formatBytes } from '../format';
import type { Async } from './async';
import type { Hindrance } from './draftstate';
import { printable } from '../words';

/** Say why the draft can't be sent. Null if it can. */
export function whyNot(
  hindrance: Hindrance | null,
  trans: TranslationBundle
): string | null {
  switch (hindrance) {
    case null:
      return null;
    case 'no-images':
      return trans.__('Choose an image.');
    case 'no-endpoint':
      return trans.__('Choose an endpoint.');
    case 'no-folder':
      return trans.__('Choose a folder.');
    case 'planning':
      return trans.__('Checking…');
    case 'plan-failed':
      return trans.__('Can’t send yet: see the message above.');
    case 'blocked':
      return trans.__('Can’t send this.');
    case 'sending':
      return trans.__('Sending…');
  }
}

/** Return the server's message of the first blocking warning. Null if nothing blocks. */
export function blockingMessage(plan: Async<Plan>): string | null {
  if (plan.state !== 'ready') {
    return null;
  }
  const { images, warnings } = plan.value;
  const all = [...warnings, ...images.flatMap(image => image.warnings)];
  const blocking = all.find(warning => warning.severity === 'blocking');
  return blocking === undefined ? null : printable(blocking.message);
}

/** Summarize the plan in one line. Null while there is no plan. */
export function summaryOf(
  plan: Async<Plan>,
  trans: TranslationBundle
): string | null {
  if (plan.state !== 'ready') {
    return null;
  }
  const { value } = plan;
  const size = formatBytes(value.total_bytes);
  const images = trans._n('%1 image', '%1 images', value.images.length);
  return value.sizes_unknown > 0
    ? trans.__(
        '%1, at least %2, to %3',
        images,
        size,
        printable(value.destination_name)
      )
    : trans.__(
        '%1, %2, to %3',
        images,
        size,
        printable(value.destination_name)
      );
}
