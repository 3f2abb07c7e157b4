import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Disconnected } from '../api/schema';
import { isWebAddress } from '../urls';
import { OutsideLink } from './button';
import { Notice } from './notice';

/** The result of disconnecting. */
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
            'Disconnected. Globus revoked this server’s tokens, and the server deleted them. Transfers that Globus has accepted continue.'
          )
        : trans.__(
            'Disconnected. The server deleted its tokens, but Globus did not confirm that it revoked them. Transfers that Globus has accepted continue.'
          )}
    </Notice>
  );
}
