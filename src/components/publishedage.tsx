import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Registry } from '../api/schema';
import { formatMoment, formatSeconds } from '../format';

/** How old the listing is that an administrator published, if that is shown. */
export function PublishedAge(props: {
  registry: Registry;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { registry, trans } = props;
  if (!registry.is_published || registry.listed_at === null) {
    return null;
  }
  return (
    <p className="jp-SRegistryGlobus-help">
      {trans.__(
        '%1: listing published %2 ago (%3).',
        registry.name,
        formatSeconds(Date.now() / 1000 - registry.listed_at, trans),
        formatMoment(registry.listed_at)
      )}
    </p>
  );
}
