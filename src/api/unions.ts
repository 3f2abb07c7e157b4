import type { PlanRequest, Transfer } from './schema';

/** An image to send: in a registry, a file of the server, or a file on an endpoint. */
export type Source = PlanRequest['sources'][number];

/** A part of a transfer: a task at Globus, or an upload by the server. */
export type Task = Transfer['tasks'][number];

/** The reference or the path by which a source is known. */
export function textOf(source: Source): string {
  return source.kind === 'image' ? source.reference : source.path;
}

/** Whether two sources are the same image, whatever was seen of it. */
export function isSameSource(one: Source, other: Source): boolean {
  return (
    one.kind === other.kind &&
    textOf(one) === textOf(other) &&
    (one.kind !== 'endpoint' ||
      other.kind !== 'endpoint' ||
      one.endpoint_id === other.endpoint_id)
  );
}

/** What tells a task from the others of its transfer. */
export function keyOf(task: Task): string {
  return task.kind === 'globus' ? task.submission_id : task.upload_id;
}
