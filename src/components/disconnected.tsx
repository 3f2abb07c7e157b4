import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Disconnected } from '../api/schema';
import { isWebAddress } from '../urls';
import { OutsideLink } from './button';
import { Notice } from './notice';

/** What a disconnect did. */
export function DisconnectedView(props: {
  disconnected: Disconnected;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { disconnected, trans } = props;
  return (
    <Notice
      severity={disconnected.is_revoked ? 'note' : 'warning'}
      actions={
        isWebAddress(disconnected.logout_url) && (
          <OutsideLink
            href={disconnected.logout_url}
            label={trans.__('Log out of Globus in this browser too')}
          />
        )
      }
    >
      {disconnected.is_revoked
        ? trans.__(
            'Disconnected: this server has forgotten its tokens, and Globus has revoked them. Transfers that Globus has accepted go on.'
          )
        : trans.__(
            'Disconnected: this server has forgotten its tokens, but Globus did not confirm that they are revoked. Transfers that Globus has accepted go on.'
          )}
    </Notice>
  );
}
