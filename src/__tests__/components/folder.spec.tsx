import * as React from 'react';
import { act } from 'react';

import type { FolderEntry } from '../../api/schema';
import { FolderView } from '../../components/folder';
import { click, draw, find, host, press, setUpPage } from '../support/page';
import { trans } from '../support/things';

setUpPage();

describe('FolderView', () => {
  const onGet = jest.fn();

  const entry = (name: string, type = 'file'): FolderEntry => ({
    name,
    type,
    size_bytes: 1,
    modified: null,
    is_link: false,
    user: null
  });

  function drawFolder(entries: FolderEntry[]): void {
    const listed = {
      endpoint_id: 'ep',
      path: '/images/',
      entries,
      total: entries.length,
      is_truncated: false
    };
    draw(
      <FolderView
        endpoint={undefined}
        folder={{ state: 'ready', value: listed }}
        entries={entries}
        path="/images/"
        error={null}
        actionError={null}
        bookmarked={null}
        trans={trans}
        onClose={jest.fn()}
        onGo={jest.fn()}
        onRefresh={jest.fn()}
        onCreateFolder={jest.fn()}
        onBookmark={jest.fn()}
        onLogIn={jest.fn()}
        onGet={onGet}
        isImage={name => name.endsWith('.sif')}
      />
    );
  }

  it('offers to get image files, and no others', () => {
    const entries = [entry('a.sif'), entry('notes.txt')];
    drawFolder(entries);
    expect(host.innerHTML).not.toContain('Get notes.txt');
    click('button', 'Download a.sif to my images…');
    expect(onGet).toHaveBeenCalledWith('/images/', entries[0]);
  });

  it('moves the focus between folders with the arrow keys, Home and End', () => {
    drawFolder([entry('a', 'dir'), entry('b', 'dir'), entry('c.sif')]);
    const focused = () => document.activeElement?.textContent;
    expect(find('button', 'a').tabIndex).toBe(0);
    expect(find('button', 'b').tabIndex).toBe(-1);
    act(() => find('button', 'a').focus());
    press('ArrowDown');
    expect(focused()).toBe('b');
    expect(find('button', 'b').tabIndex).toBe(0);
    press('ArrowDown');
    expect(focused()).toBe('b');
    press('Home');
    expect(focused()).toBe('a');
    press('End');
    expect(focused()).toBe('b');
  });
});
