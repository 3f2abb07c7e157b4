import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

import type { Registry } from '../api/schema';
import { ImagesView } from '../components/images';
import { treeRows } from '../models/rows';
import { Selection } from '../models/selection';
import { aRegistry, trans } from './support/things';

let root: Root;
let host: HTMLElement;
const callbacks = { onReload: jest.fn(), onLogIn: jest.fn() };
const nothing = () => undefined;

beforeAll(() => {
  (
    globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
  ).IS_REACT_ACT_ENVIRONMENT = true;
});

beforeEach(() => {
  host = document.createElement('div');
  document.body.appendChild(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  jest.useRealTimers();
});

function draw(registries: Registry[], searchMessage = ''): string[] {
  const rows = treeRows({
    registries,
    collections: [],
    pagesOf: () => undefined,
    isContainerCollapsed: () => false
  });
  act(() =>
    root.render(
      <ImagesView
        {...callbacks}
        text=""
        registries={registries}
        isLoaded
        isBusy={false}
        error={null}
        found={null}
        searchMessage={searchMessage}
        rows={rows}
        selection={new Selection()}
        canSend
        trans={trans}
        onText={nothing}
        onSendSelected={nothing}
        onClearSelection={nothing}
        onRange={nothing}
        onToggle={nothing}
        onSelect={nothing}
        onSend={nothing}
        onShow={nothing}
        onRetry={nothing}
      />
    )
  );
  return [...host.querySelectorAll('.jp-SRegistryGlobus-notice')].map(
    notice => notice.textContent ?? ''
  );
}

const BUSY = 'It allows no more requests. Try again in about 24 hours.';

describe('ImagesView', () => {
  it('says why a registry could not be listed, and how old that is which is shown', () => {
    jest.useFakeTimers().setSystemTime(1_700_000_000_000);
    const listed_at = 1_700_000_000 - 3 * 3600 - 120;
    const [notice] = draw([
      aRegistry({ name: 'taco', state: 'failed', message: BUSY, listed_at }),
      aRegistry({ name: 'lab' })
    ]);
    expect(notice).toContain('taco');
    expect(notice).toContain(BUSY);
    expect(notice).toContain('What is shown of it is 3 h 2 min old, from ');
    host.querySelector('button')?.click();
    expect(callbacks.onReload).toHaveBeenCalled();
  });

  it('speaks of no age where nothing is shown, and of the setting that cures it', () => {
    const help = 'Its entry needs a token.';
    const setting = 'SRegistryGlobus.registries';
    const [notice] = draw([
      aRegistry({
        state: 'failed',
        message: 'It does not let us in.',
        listed_at: null,
        action: { kind: 'configure', setting, help }
      })
    ]);
    expect(notice).toContain(help);
    expect(notice).not.toContain('old');
  });

  it('tells what a registry that was listed left out', () => {
    const notices = draw([
      aRegistry({ name: 'lab', message: 'Left out: 2 links.' }),
      aRegistry({ name: 'taco', state: 'listing', message: 'Left out: 1.' })
    ]);
    expect(notices).toEqual(['lab: Left out: 2 links.']);
  });

  it('says what a search could not reach only once', () => {
    const failed = aRegistry({ state: 'failed', message: BUSY });
    expect(draw([failed], BUSY)).toHaveLength(1);
    expect(draw([failed], `${BUSY} And another is gone.`)).toHaveLength(2);
    expect(draw([aRegistry()], 'Another is gone.')).toHaveLength(1);
    expect(draw([aRegistry()])).toHaveLength(0);
  });
});
