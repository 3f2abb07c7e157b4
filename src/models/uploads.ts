import type { Transfer, Upload } from '../api/schema';
import { isUnderWay } from './progress';

/** Return the uploads of a transfer that have not ended. */
export function activeUploads(transfer: Transfer): Upload[] {
  return isUnderWay(transfer)
    ? transfer.tasks
        .filter(task => task.kind === 'upload')
        .filter(({ state }) => state !== 'succeeded')
        .filter(({ state }) => state !== 'failed' && state !== 'canceled')
    : [];
}

/** Return the paths of temporary files that an ended upload left at the destination. */
export function leftoversOf(transfer: Transfer): string[] {
  return isUnderWay(transfer)
    ? [] // the upload removes them itself
    : transfer.tasks
        .filter(task => task.kind === 'upload')
        .flatMap(({ images }) => images)
        .flatMap(({ attempts }) => attempts)
        .filter(attempt => attempt.is_leftover)
        .map(attempt => attempt.temporary_path);
}
