import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Image } from '../api/schema';
import type { Row, Rows } from '../models/rows';
import { isParent, parentIndex, rowKey } from '../models/rows';
import type { Selection } from '../models/selection';
import { ImageRow } from './imagerow';
import { pageSizeOf, rowForKey, useRovingFocus } from './rovingfocus';
import type { IRange } from './window';
import { Window } from './window';

const ROW_HEIGHT = 24;

type SelectHow = 'only' | 'toggle';

export interface IImageTreeProps {
  label: string;
  rows: Rows;
  selection: Selection;
  /** Whether to offer sending. */
  canSend: boolean;
  trans: TranslationBundle;
  onRange: (range: IRange) => void;
  onToggle: (row: Row) => void;
  onSelect: (image: Image, how: SelectHow) => void;
  /** Select the images from the one selected last to this row, which may not be loaded. */
  onSelectTo: (index: number, isAdding: boolean) => void;
  onSend: (image: Image) => void;
  onShow: (image: Image) => void;
  onRetry: (row: Row) => void;
}

/** The tree of collections, containers and tags, or the flat list of search results. */
export function ImageTree(props: IImageTreeProps): React.JSX.Element {
  const { rows, selection } = props;
  const { active, tabStop, activate, ref } = useRovingFocus(
    React.useMemo(
      () => ({
        count: rows.count,
        keyAt: index => {
          const row = rows.at(index);
          return row && rowKey(row, index);
        },
        indexOf: key => rows.indexOf(row => rowKey(row, -1) === key),
        areReplaced: true
      }),
      [rows]
    )
  );

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== ref.current) {
      return; // a button within the row
    }
    const row = rows.at(tabStop);
    const next = rowForKey(
      event.key,
      tabStop,
      rows.count,
      pageSizeOf(event.currentTarget, ROW_HEIGHT)
    );
    if (next !== null) {
      activate(next);
      if (event.shiftKey) {
        props.onSelectTo(next, isAdding(event));
      }
    } else if (event.key === 'Enter' && row) {
      if (row.kind === 'image') {
        props.onShow(row.image);
      } else {
        act(row, props);
      }
    } else if (event.key === ' ' && row) {
      if (event.shiftKey && isOfListing(row)) {
        props.onSelectTo(tabStop, isAdding(event));
      } else if (row.kind === 'image') {
        props.onSelect(row.image, 'toggle');
      } else {
        act(row, props);
      }
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const isOpening = event.key === 'ArrowRight';
      if (row && isParent(row) && row.isExpanded !== isOpening) {
        props.onToggle(row);
      } else if (isOpening && row && isParent(row)) {
        activate(tabStop + 1);
      } else if (!isOpening) {
        activate(parentIndex(rows, tabStop));
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Window
      count={rows.count}
      rowHeight={ROW_HEIGHT}
      active={active}
      onRange={props.onRange}
      containerProps={{
        role: 'tree',
        className: 'jp-SRegistryGlobus-tree',
        'aria-label': props.label,
        'aria-multiselectable': true,
        onKeyDown
      }}
      renderRow={(index, style) => {
        const row = rows.at(index);
        if (!row) {
          return null;
        }
        const isTabStop = index === tabStop;
        const isSelected = row.kind === 'image' && selection.has(row.image);
        return (
          <div
            key={rowKey(row, index)}
            ref={
              isTabStop
                ? element => {
                    ref.current = element;
                  }
                : undefined
            }
            role="treeitem"
            aria-level={row.level}
            aria-expanded={isParent(row) ? row.isExpanded : undefined}
            aria-selected={row.kind === 'image' ? isSelected : undefined}
            className={`jp-SRegistryGlobus-row jp-mod-${row.kind} ${isSelected ? 'jp-mod-selected' : ''}`}
            style={{ ...style, '--jp-level': row.level } as React.CSSProperties}
            tabIndex={isTabStop ? 0 : -1}
            onFocus={event => {
              if (event.target === event.currentTarget && index !== active) {
                activate(index, false);
              }
            }}
            onClick={event => {
              if ((event.target as Element).closest('button')) {
                return; // the button handles its own click
              }
              activate(index);
              if (event.shiftKey && isOfListing(row)) {
                props.onSelectTo(index, isAdding(event));
              } else if (row.kind === 'image') {
                props.onSelect(row.image, isAdding(event) ? 'toggle' : 'only');
              } else {
                act(row, props);
              }
            }}
            onDoubleClick={() => {
              if (row.kind === 'image') {
                props.onShow(row.image);
              }
            }}
            onContextMenu={() => {
              activate(index);
              if (row.kind === 'image' && !isSelected) {
                props.onSelect(row.image, 'only');
              }
            }}
          >
            <ImageRow {...props} row={row} isTabStop={isTabStop} />
          </div>
        );
      }}
    />
  );
}

/** Activate a row that is not an image. */
function act(row: Row, props: IImageTreeProps): void {
  if (isParent(row)) {
    props.onToggle(row);
  } else if (row.kind === 'failed') {
    props.onRetry(row);
  }
}

/** Whether a row stands for an image, loaded or not. */
function isOfListing(row: Row): boolean {
  return row.kind === 'image' || row.kind === 'pending';
}

function isAdding(event: React.MouseEvent | React.KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
