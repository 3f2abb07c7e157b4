import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  Arrival,
  PlannedImage,
  Transfer,
  DownloadedImage,
  UploadedImage
} from '../api/schema';
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
  const end = endOf(transfer);
  if (end !== null) {
    facts.push(formatMoment(end));
  }
  return facts;
}

/** Return when a transfer ended, in POSIX seconds. Null if it has not, or if that is not known. */
export function endOf(transfer: Transfer): number | null {
  const end = Math.max(...transfer.tasks.map(task => task.completed_at ?? 0));
  return isUnderWay(transfer) || end <= 0 ? null : end;
}

/** Return how many images a transfer has. Empty if it is one. */
export function imagesText(
  transfer: Transfer,
  trans: TranslationBundle
): string {
  const count = transfer.tasks.flatMap(({ images }) => images).length;
  return count > 1 ? trans._n('%1 image', '%1 images', count) : '';
}

/**
 * Whether the content at the destination is verified: against the expected digest or, if there is
 * none, by Globus, which compared both ends. A size or a name proves no content.
 */
export function isProven({
  digest,
  is_verified: isVerified,
  proof
}: Arrival): boolean {
  if (proof === 'received') {
    // Only the bytes that came are known, unless there was a digest to compare.
    return isVerified === true;
  }
  const isContentKnown = proof === 'globus' || proof === 'read_back';
  return isContentKnown && (isVerified ?? digest !== null);
}

/** Say that an image arrived, and how that is known. */
export function arrivalWord(
  arrival: Arrival,
  trans: TranslationBundle
): string {
  if (arrival.is_verified === false) {
    return trans.__(
      'Completed, but the checksum differs from the expected one'
    );
  }
  switch (arrival.proof) {
    case 'globus':
      return !isProven(arrival)
        ? trans.__('Completed')
        : arrival.is_verified === true
          ? trans.__('Completed, checksum verified')
          : trans.__('Completed, checksum verified by Globus');
    case 'read_back':
      return trans.__('Completed. Checked by reading it back');
    case 'received':
      return trans.__('Completed. Checksum computed while it was received');
    case 'size':
      return trans.__('Completed. Size only: its content was not checked');
    case 'name':
      return trans.__('Completed. A file of that name was already there');
  }
}

/** Return facts about one image that this host moves: its state, and how far it is. */
export function imageFacts(
  image: UploadedImage | DownloadedImage,
  trans: TranslationBundle
): string[] {
  const facts = [imageWord(image, trans)];
  const { bytes_transferred: done, bytes_per_second: rate } = image;
  const total = image.size_bytes;
  if (image.state !== 'succeeded' && image.state !== 'written') {
    facts.push(
      total === null ? formatBytes(done) : formatBytesOf(done, total, trans)
    );
  }
  if (image.state === 'active' && rate !== null && rate > 0) {
    facts.push(trans.__('%1/s', formatBytes(rate)));
    if (total !== null && total > done) {
      const left = formatSeconds((total - done) / rate, trans);
      facts.push(trans.__('%1 left', left));
    }
  }
  const attempt =
    'attempts' in image ? image.attempts.length : image.failures + 1;
  if (image.state !== 'succeeded' && attempt > 1) {
    facts.push(trans.__('attempt %1', attempt));
  }
  return facts;
}

function imageWord(
  image: UploadedImage | DownloadedImage,
  trans: TranslationBundle
): string {
  const isWhole =
    image.size_bytes !== null && image.bytes_transferred >= image.size_bytes;
  const isUpload = 'attempts' in image;
  switch (image.state) {
    case 'staging':
      return trans.__('Downloading to this computer');
    case 'written':
      return trans.__('Waiting');
    case 'active':
      if (!isWhole) {
        return isUpload ? trans.__('Uploading') : trans.__('Downloading');
      }
      return isUpload && image.proof !== null
        ? trans.__('Moving to its final name')
        : trans.__('Checking');
    case 'succeeded':
      return isUpload ? trans.__('Uploaded') : trans.__('Downloaded');
    case 'failed':
      return trans.__('Failed');
    case 'canceled':
      return trans.__('Canceled');
  }
}

function nameOf({ source, name }: PlannedImage): string {
  return source.kind === 'image'
    ? shortReference(source.reference)
    : printable(name);
}
