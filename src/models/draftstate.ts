import type {
  ErrorBody,
  Folder,
  Plan,
  PlannedImage,
  PlanRequest
} from '../api/schema';
import type { Source } from '../api/unions';
import { isSameSource } from '../api/unions';
import type { Async } from './async';

/** An image to send, with its display name. */
export interface IDraftSource {
  source: Source;
  name: string;
  sizeBytes: number | null;
}

/** The destination, as far as it is decided. */
export type Destination =
  | { readonly state: 'none' }
  /** The folder is being listed, or that failed. Null means the endpoint's default folder. */
  | { readonly state: 'opening'; readonly path: string | null }
  /** What the user typed, and the listing at that time. Only a later listing replaces it. */
  | {
      readonly state: 'typed';
      readonly path: string;
      readonly listing: Async<Folder>;
    }
  | { readonly state: 'listed'; readonly path: string };

/** The state of the request to send. */
export type Submission =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  | { readonly state: 'failed'; readonly error: ErrorBody };

/** Why the draft can't be sent yet. */
export type Hindrance =
  | 'no-images'
  | 'no-endpoint'
  | 'no-folder'
  | 'planning'
  | 'plan-failed'
  | 'blocked'
  | 'sending';

/** Return the destination after a change of the folder listing. */
export function destinationAfter(
  destination: Destination,
  listing: Async<Folder>
): Destination {
  switch (destination.state) {
    case 'none':
      return destination;
    case 'typed':
      return listing.state === 'loading' && listing !== destination.listing
        ? { state: 'opening', path: destination.path }
        : destination;
    default:
      return listing.state === 'ready'
        ? { state: 'listed', path: listing.value.path }
        : destination;
  }
}

/** Return the planned image of a source. Undefined if the plan lacks it. */
export function plannedFor(
  source: Source,
  plan: Plan
): PlannedImage | undefined {
  return plan.images.find(planned => isSameSource(planned.source, source));
}

/** Return the request with the digests and sizes that the plan showed. */
export function asPlanned(
  request: PlanRequest,
  plan: Async<Plan>
): PlanRequest {
  if (plan.state !== 'ready') {
    return request;
  }
  const sources = request.sources.map(source => {
    const planned = plannedFor(source, plan.value);
    return {
      ...source,
      digest: planned?.digest ?? source.digest,
      size_bytes: planned?.size_bytes ?? source.size_bytes
    };
  });
  return { ...request, sources };
}
