import type { PlanRequest, Transfer } from './schema';

/** An image to send: in a registry, on this server, or on an endpoint. */
export type Source = PlanRequest['sources'][number];

/** A part of a transfer: a Globus task, or an upload or a download by the server. */
export type Task = Transfer['tasks'][number];

/** Return the reference or the path of a source. */
export function textOf(source: Source): string {
  return source.kind === 'image' ? source.reference : source.path;
}

/** Whether two sources name the same image, whatever their digests and sizes. */
export function isSameSource(source: Source, other: Source): boolean {
  return (
    source.kind === other.kind &&
    textOf(source) === textOf(other) &&
    (source.kind !== 'endpoint' ||
      other.kind !== 'endpoint' ||
      source.endpoint_id === other.endpoint_id)
  );
}

/** Return what distinguishes a task from the other tasks of its transfer. */
export function keyOf(task: Task): string {
  switch (task.kind) {
    case 'globus':
      return task.submission_id;
    case 'upload':
      return task.upload_id;
    case 'download':
      return task.download_id;
  }
}
