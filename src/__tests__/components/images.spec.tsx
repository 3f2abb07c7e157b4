import * as React from 'react';
import { act } from 'react';

import type { Registry } from '../../api/schema';
import { ImagesView } from '../../components/images';
import { treeRows } from '../../models/treerows';
import { Selection } from '../../models/selection';
import { draw, host, setUpPage } from '../support/page';
import { aRegistry, trans, loginAction } from '../support/things';

setUpPage();

describe('ImagesView', () => {
  const onLogIn = jest.fn();
  const onReload = jest.fn();
  const BUSY = 'It has reached its request limit. Try again in about 24 hours.';

  function show(
    registries: Registry[],
    searchMessage = '',
    search: { text: string; resultCount: number | null } = {
      text: '',
      resultCount: null
    }
  ): string[] {
    const rows = treeRows(registries, [], {
      pagesOf: () => undefined,
      isContainerCollapsed: () => false,
      isRegistryCollapsed: () => false
    });
    draw(
      <ImagesView
        rows={rows}
        registries={registries}
        isLoaded
        error={null}
        {...search}
        searchMessage={searchMessage}
        selection={new Selection()}
        isConnected
        rangeState={{ state: 'idle' }}
        canSend
        trans={trans}
        onReload={onReload}
        onLogIn={onLogIn}
        onRange={jest.fn()}
        onToggle={jest.fn()}
        onRetry={jest.fn()}
        onSelect={jest.fn()}
        onSelectTo={jest.fn()}
        onSend={jest.fn()}
        onShow={jest.fn()}
      />
    );
    return [...host.querySelectorAll('.jp-SRegistryGlobus-notice')].map(
      notice => notice.textContent ?? ''
    );
  }

  const buttons = () =>
    [...host.querySelectorAll<HTMLElement>('jp-button, button')].filter(
      button => button.textContent !== ''
    );

  it('offers the login that opens a registry, and lists it again after it', () => {
    const message = 'Not connected.';
    show([aRegistry({ state: 'failed', message, action: loginAction })]);
    expect(host.textContent).toContain(message);
    expect(buttons().map(button => button.textContent)).toEqual([
      'Log in to continue'
    ]);
    act(() => buttons()[0]?.click());
    expect(onLogIn).toHaveBeenCalledWith(loginAction, onReload);
  });

  it('offers to try again if a login does not help', () => {
    show([aRegistry({ state: 'failed', message: 'The folder is gone.' })]);
    expect(buttons().map(button => button.textContent)).toEqual(['Retry']);
  });

  it('says why a registry could not be listed, and how old its images are', () => {
    jest.useFakeTimers().setSystemTime(1_700_000_000_000);
    const listed_at = 1_700_000_000 - 3 * 3600 - 120;
    const [notice] = show([
      aRegistry({ name: 'taco', state: 'failed', message: BUSY, listed_at }),
      aRegistry({ name: 'lab' })
    ]);
    expect(notice).toContain('taco');
    expect(notice).toContain(BUSY);
    expect(notice).toMatch(/Showing its images from .* \(3 h 2 min ago\)\./);
  });

  it('gives no age if nothing is shown, and names the setting to fix', () => {
    const help = 'Its entry needs a token.';
    const setting = 'SRegistryGlobus.registries';
    const [notice] = show([
      aRegistry({
        state: 'failed',
        message: 'It does not let us in.',
        listed_at: null,
        action: { kind: 'configure', setting, help }
      })
    ]);
    expect(notice).toContain(help);
    expect(notice).not.toContain('Showing');
  });

  it('says how old a published listing is', () => {
    jest.useFakeTimers().setSystemTime(1_700_000_000_000);
    const listed_at = 1_700_000_000 - 3 * 3600 - 120;
    show([
      aRegistry({ name: 'taco', is_published: true, listed_at }),
      aRegistry({ name: 'lab', listed_at })
    ]);
    expect(host.textContent).toContain('taco: listing published 3 h 2 min ago');
    expect(host.textContent).not.toContain('lab: listing');
  });

  it('says what a listed registry left out', () => {
    const notices = show([
      aRegistry({ name: 'lab', message: 'Not listed: 2 links.' }),
      aRegistry({ name: 'taco', state: 'listing', message: 'Not listed: 1.' })
    ]);
    expect(notices).toEqual(['lab: Not listed: 2 links.']);
  });

  it('says only once what a search could not reach', () => {
    const failed = aRegistry({ state: 'failed', message: BUSY });
    expect(show([failed], BUSY)).toHaveLength(1);
    expect(show([failed], `${BUSY} And another is gone.`)).toHaveLength(2);
    expect(show([aRegistry()], 'Another is gone.')).toHaveLength(1);
    expect(show([aRegistry()])).toHaveLength(0);
  });

  it('calls no image absent while a registry is still being listed', () => {
    const search = { text: 'ant', resultCount: 0 };
    show(
      [aRegistry({ name: 'a' }), aRegistry({ state: 'listing' })],
      '',
      search
    );
    expect(host.textContent).toContain('No image found so far.');
    show([aRegistry()], '', search);
    expect(host.textContent).toContain('No images match all of these words');
  });
});
