import * as React from 'react';
import { act } from 'react';

import { ImageTree } from '../../components/imagetree';
import { Pages } from '../../models/pages';
import { treeRows } from '../../models/treerows';
import type { Rows } from '../../models/rows';
import { Selection } from '../../models/selection';
import { host, draw, find, press, setUpPage } from '../support/page';
import {
  aCollection,
  anImage,
  aRegistry,
  settle,
  trans
} from '../support/things';

setUpPage();

describe('ImageTree', () => {
  let rows: Rows;
  const callbacks = {
    onRange: jest.fn(),
    onToggle: jest.fn(),
    onSelect: jest.fn(),
    onSelectTo: jest.fn(),
    onSend: jest.fn(),
    onShow: jest.fn(),
    onRetry: jest.fn()
  };

  beforeEach(async () => {
    jest.clearAllMocks();
    const images = [anImage('1.0'), anImage('latest')];
    const listing = {
      images,
      total: 2,
      offset: 0,
      message: '',
      is_partial: false
    };
    const pages = new Pages(() => Promise.resolve(listing), jest.fn(), 2);
    await pages.ensure(0);
    rows = treeRows(
      [aRegistry()],
      [aCollection('tacos', 2), aCollection('zebra', 1)],
      {
        pagesOf: ({ name }) => (name === 'tacos' ? pages : undefined),
        isContainerCollapsed: () => false,
        isRegistryCollapsed: () => false
      }
    );
    draw(
      <ImageTree
        label="Images"
        rows={rows}
        selection={new Selection()}
        canSend
        trans={trans}
        {...callbacks}
      />
    );
    await act(settle);
  });

  const focused = () => document.activeElement?.textContent;
  const items = () => [
    ...host.querySelectorAll<HTMLElement>('[role="treeitem"]')
  ];

  it('exposes levels, expanded rows and selected rows', () => {
    expect(
      items().map(item => [
        item.getAttribute('aria-level'),
        item.getAttribute('aria-expanded'),
        item.getAttribute('aria-selected')
      ])
    ).toEqual([
      ['1', 'true', null],
      ['2', 'true', null],
      ['3', null, 'false'],
      ['3', null, 'false'],
      ['1', 'false', null]
    ]);
  });

  it('is one stop for the Tab key', () => {
    const stops = items().filter(item => item.tabIndex === 0);
    expect(stops).toHaveLength(1);
  });

  it('moves the focus with the arrow keys, Home and End', () => {
    act(() => items()[0]?.focus());
    press('ArrowDown');
    expect(focused()).toContain('avocados');
    press('End');
    expect(focused()).toContain('zebra');
    press('ArrowUp');
    expect(focused()).toContain('latest');
    press('ArrowLeft'); // to its parent
    expect(focused()).toContain('avocados');
    press('Home');
    expect(focused()).toContain('tacos');
  });

  it('expands and collapses with the arrow keys, Enter and Space', () => {
    act(() => items()[0]?.focus());
    press('ArrowLeft');
    expect(callbacks.onToggle.mock.calls[0]?.[0]).toMatchObject({
      kind: 'collection'
    });
    press('Enter');
    press(' ');
    expect(callbacks.onToggle).toHaveBeenCalledTimes(3);
  });

  it('selects with Space, a range with Shift, and shows with Enter', () => {
    act(() => items()[2]?.focus());
    press(' ');
    expect(callbacks.onSelect).toHaveBeenLastCalledWith(
      expect.objectContaining({ tag: '1.0' }),
      'toggle'
    );
    press('ArrowDown', { shiftKey: true });
    expect(callbacks.onSelectTo).toHaveBeenLastCalledWith(3, false);
    press('Enter');
    expect(callbacks.onShow).toHaveBeenCalledTimes(1);
  });

  it('toggles the selection with Ctrl-click', () => {
    act(() => {
      items()[2]?.dispatchEvent(
        new MouseEvent('click', { bubbles: true, ctrlKey: true })
      );
    });
    expect(callbacks.onSelect.mock.calls[0]?.[1]).toBe('toggle');
  });

  it('sends with the button of a row, without selecting it', () => {
    act(() => items()[3]?.focus());
    const button = find('button', 'Send tacos/avocados:latest to Globus…');
    expect(button.tabIndex).toBe(0); // only in the row with the focus
    expect(find('button', 'Send tacos/avocados:1.0 to Globus…').tabIndex).toBe(
      -1
    );
    act(() => button.click());
    expect(callbacks.onSend).toHaveBeenCalledTimes(1);
    expect(callbacks.onSelect).not.toHaveBeenCalled();
  });
});

describe('ImageTree, while its rows are being loaded', () => {
  const noop = () => undefined;
  const images = [anImage('1.0')];
  const listing = {
    images,
    total: 1,
    offset: 0,
    message: '',
    is_partial: false
  };

  function drawTree(rows: Rows): void {
    draw(
      <ImageTree
        label="Images"
        rows={rows}
        selection={new Selection()}
        canSend
        trans={trans}
        onRange={noop}
        onToggle={noop}
        onSelect={noop}
        onSelectTo={noop}
        onSend={noop}
        onShow={noop}
        onRetry={noop}
      />
    );
  }

  const rowsOf = (pages: Pages) =>
    treeRows([aRegistry()], [aCollection('tacos', 1)], {
      pagesOf: () => pages,
      isContainerCollapsed: () => false,
      isRegistryCollapsed: () => false
    });

  it('keeps the focus in the place of a row that becomes an image', async () => {
    const pages = new Pages(() => Promise.resolve(listing), noop, 1);
    drawTree(rowsOf(pages));
    act(() => host.querySelector<HTMLElement>('[role="treeitem"]')?.focus());
    press('End');
    expect(document.activeElement?.textContent).toBe('Loading…');
    await pages.ensure(0);
    drawTree(rowsOf(pages));
    await act(settle);
    expect(document.activeElement?.getAttribute('role')).toBe('treeitem');
    expect(document.activeElement?.textContent).toContain('avocados');
    press('Home');
    expect(document.activeElement?.textContent).toContain('tacos');
  });

  it('does not take the focus for it', async () => {
    const pages = new Pages(() => Promise.resolve(listing), noop, 1);
    drawTree(rowsOf(pages));
    await pages.ensure(0);
    drawTree(rowsOf(pages));
    await act(settle);
    expect(document.activeElement).toBe(document.body);
  });
});
