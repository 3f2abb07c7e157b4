import * as React from 'react';

import { FolderView } from '../../components/folder';
import { host, draw, click, setUpPage } from '../support/page';
import { trans } from '../support/things';

setUpPage();

describe('FolderView', () => {
  it('offers to get image files, and no others', () => {
    const onGet = jest.fn();
    const entry = (name: string) => ({
      name,
      type: 'file',
      size_bytes: 1,
      modified: null,
      is_link: false
    });
    const entries = [entry('a.sif'), entry('notes.txt')];
    const listed = {
      endpoint_id: 'ep',
      path: '/images/',
      entries,
      total: 2,
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
    expect(host.innerHTML).not.toContain('Get notes.txt');
    click('button', 'Get a.sif into my images…');
    expect(onGet).toHaveBeenCalledWith('/images/', entries[0]);
  });
});
