import type { TranslationBundle } from '@jupyterlab/translation';
import type { Arrival, PlannedImage, Transfer } from '../api/schema';
import {
  formatBytes,
  formatBytesOf,
  formatMoment,
  formatSeconds
} from '../format';
import { printable, shortReference } from '../words';
import type { IProgress } from './progress';
import { isUnderWay } from './progress';

/** Return the title of a transfer: the label that the user chose, else the images. */
export function titleOf(transfer: Transfer, trans: TranslationBundle): string {
  const images = transfer.tasks.flatMap(task => task.images);
  const [first] = images;
  if (transfer.options.label !== null || first === undefined) {
    return printable(transfer.label);
  }
  const others = images.length - 1;
  return others === 0
    ? nameOf(first)
    : trans._n('%2 and %1 more', '%2 and %1 more', others, nameOf(first));
}

/** Return a short label for the state of a transfer. */
export function stateWord(
  transfer: Transfer,
  progress: IProgress,
  trans: TranslationBundle
): string {
  if (isUnderWay(transfer) && transfer.is_cancel_asked) {
    return trans.__('Canceling…');
  }
  if (isUnderWay(transfer) && progress.isStaging && !progress.isStuck) {
    return trans.__('Downloading');
  }
  switch (transfer.state) {
    case 'written':
      return trans.__('Waiting');
    case 'active':
      return progress.isStuck ? trans.__('Stuck') : trans.__('Transferring');
    case 'succeeded':
      return trans.__('Completed');
    case 'failed':
      return trans.__('Failed');
    case 'canceled':
      return trans.__('Canceled');
  }
}

/** Return facts about a transfer, in the order they are shown. */
export function factsOf(
  transfer: Transfer,
  progress: IProgress,
  trans: TranslationBundle
): string[] {
  const { bytesTransferred, bytesTotal } = progress;
  const facts: string[] = [];
  if (transfer.state === 'succeeded') {
    facts.push(formatBytes(bytesTotal ?? bytesTransferred));
    const skipped = transfer.tasks.reduce(
      (sum, task) => sum + (task.kind === 'globus' ? task.files_skipped : 0),
      0
    );
    if (skipped > 0) {
      const count = transfer.tasks.flatMap(({ images }) => images).length;
      facts.push(
        skipped >= count
          ? trans.__('Already up to date, nothing copied')
          : trans._n('%1 already up to date', '%1 already up to date', skipped)
      );
    }
    const arrivals = transfer.tasks.flatMap(task => task.arrivals);
    if (arrivals.length > 0 && arrivals.every(isProven)) {
      facts.push(trans.__('checksum verified'));
    }
  } else {
    facts.push(
      bytesTotal === null
        ? formatBytes(bytesTransferred)
        : formatBytesOf(bytesTransferred, bytesTotal, trans)
    );
  }
  if (progress.isStaging) {
    facts.push(trans.__('to this machine first'));
  }
  if (progress.bytesPerSecond !== null && !progress.isStuck) {
    facts.push(trans.__('%1/s', formatBytes(progress.bytesPerSecond)));
  }
  if (progress.secondsLeft !== null) {
    facts.push(trans.__('%1 left', formatSeconds(progress.secondsLeft, trans)));
  }
  const ended = Math.max(...transfer.tasks.map(task => task.completed_at ?? 0));
  if (!isUnderWay(transfer) && ended > 0) {
    facts.push(formatMoment(ended));
  }
  return facts;
}

/**
 * Whether the content at the destination is verified: against the expected digest or, if there is
 * none, by Globus, which compared both ends.
 */
export function isProven({
  digest,
  is_verified: isVerified
}: Arrival): boolean {
  return isVerified ?? digest !== null;
}

function nameOf({ source, name }: PlannedImage): string {
  return source.kind === 'image'
    ? shortReference(source.reference)
    : printable(name);
}
