import type {
  ErrorBody,
  Folder,
  Plan,
  PlannedImage,
  PlanRequest,
  Source
} from '../api/schema';
import type { Async } from './async';

/** An image to transfer, with what to call it. */
export interface IDraftSource {
  source: Source;
  name: string;
  sizeBytes: number | null;
}

/** Where to, as far as that is decided. */
export type Destination =
  | { readonly state: 'none' }
  /** A listing is under way, or has failed; null lets the endpoint choose the folder. */
  | { readonly state: 'opening'; readonly path: string | null }
  /** What a person typed, and the listing at that moment: only a later one replaces it. */
  | {
      readonly state: 'typed';
      readonly path: string;
      readonly listing: Async<Folder>;
    }
  | { readonly state: 'listed'; readonly path: string };

/** How far the request to transfer has come. */
export type Submission =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  | { readonly state: 'failed'; readonly error: ErrorBody };

/** Why the draft can't be sent yet; null if it can. */
export type Hindrance =
  | 'no-images'
  | 'no-endpoint'
  | 'no-folder'
  | 'planning'
  | 'plan-failed'
  | 'blocked'
  | 'sending';

/** The destination, now that the state of its folder is different. */
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

/** How a plan has an image reach its destination. */
export function plannedFor(
  source: Source,
  plan: Plan
): PlannedImage | undefined {
  return plan.images.find(
    planned =>
      planned.source.reference === source.reference &&
      planned.source.path === source.path
  );
}

/** The request, held to the digests and sizes that the plan showed. */
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
