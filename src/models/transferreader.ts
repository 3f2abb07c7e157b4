import type { Client } from '../api/client';
import type { Transfer } from '../api/schema';

/** How many transfers to request at once: the server's limit. */
const PAGE_SIZE = 1000;

/** The answer of the server: all transfers, or the changes since a revision. */
export interface IReading {
  transfers: Transfer[];
  removed: string[];
  revision: number;
  /** Whether these are all transfers, rather than changes. */
  isComplete: boolean;
}

/**
 * Read the transfers that changed since a revision. Without one, or if the server's record is new,
 * read all.
 *
 * @throws RequestError if a request fails.
 */
export async function readTransfers(
  client: Client,
  since: number | null
): Promise<IReading> {
  if (since !== null) {
    const page = await client.transfers({ since });
    if (page.revision >= since) {
      return { ...page, isComplete: false };
    }
  }
  const first = await client.transfers({ limit: PAGE_SIZE });
  const byId = new Map(
    first.transfers.map(transfer => [transfer.id, transfer])
  );
  let page = first;
  for (
    let offset = PAGE_SIZE;
    page.transfers.length === PAGE_SIZE;
    offset += PAGE_SIZE
  ) {
    page = await client.transfers({ offset, limit: PAGE_SIZE });
    page.transfers.forEach(transfer => byId.set(transfer.id, transfer));
  }
  return {
    transfers: [...byId.values()],
    removed: [],
    // Later changes have a later revision than the first page.
    revision: first.revision,
    isComplete: true
  };
}
