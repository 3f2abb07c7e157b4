import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  folderIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Image } from '../api/schema';
import { formatBytes, formatDay, formatMoment } from '../format';
import { collectionIcon, containerIcon, sendIcon, tagIcon } from '../icons';
import type { Row, Rows } from '../models/rows';
import { rowKey } from '../models/rows';
import type { Selection } from '../models/selection';
import { Button, IconButton } from './button';
import { Icon } from './icon';
import type { IRange } from './window';
import { Window } from './window';

export const ROW_HEIGHT = 26;

export type SelectHow = 'only' | 'toggle' | 'range';

export interface IImageTreeProps {
  label: string;
  rows: Rows;
  selection: Selection;
  /** Whether sending can be offered at all. */
  canSend: boolean;
  trans: TranslationBundle;
  onRange: (range: IRange) => void;
  onToggle: (row: Row) => void;
  onSelect: (image: Image, how: SelectHow) => void;
  onSend: (image: Image) => void;
  onShow: (image: Image) => void;
  onRetry: (row: Row) => void;
}

/** Collections, containers and tags, or a search's images: one tree, for mouse and keyboard. */
export function ImageTree(props: IImageTreeProps): React.JSX.Element {
  const { rows, selection, trans } = props;
  const [activeKey, setActiveKey] = React.useState<string | null>(null);
  const [wantsFocus, setWantsFocus] = React.useState(false);
  const lastIndex = React.useRef(0);
  const active = React.useMemo(() => {
    const known = lastIndex.current;
    const row = rows.at(known);
    if (row && rowKey(row, known) === activeKey) {
      return known;
    }
    return rows.indexOf(one => rowKey(one, -1) === activeKey);
  }, [rows, activeKey]);
  const tabStop = active >= 0 ? active : 0;
  const node = React.useRef<HTMLElement | null>(null);

  React.useEffect(() => {
    if (wantsFocus) {
      node.current?.focus({ preventScroll: true });
      setWantsFocus(false);
    }
  }, [wantsFocus, active]);

  const activate = (index: number, focus = true) => {
    const row = rows.at(index);
    if (row) {
      lastIndex.current = index;
      setActiveKey(rowKey(row, index));
      setWantsFocus(focus);
    }
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== node.current) {
      return; // a button within the line
    }
    const row = rows.at(tabStop);
    const next = moveFor(event.key, tabStop, rows, event.currentTarget);
    if (next !== null) {
      activate(next);
      const target = rows.at(next);
      if (event.shiftKey && target?.kind === 'image') {
        props.onSelect(target.image, 'range');
      }
    } else if (event.key === 'Enter' && row) {
      if (row.kind === 'image') {
        props.onShow(row.image);
      } else {
        act(row, props);
      }
    } else if (event.key === ' ' && row) {
      if (row.kind === 'image') {
        props.onSelect(row.image, event.shiftKey ? 'range' : 'toggle');
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
                    node.current = element;
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
                return; // it has said what it does
              }
              activate(index);
              if (row.kind === 'image') {
                props.onSelect(row.image, howOf(event));
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
            <RowView row={row} isTabStop={isTabStop} {...props} trans={trans} />
          </div>
        );
      }}
    />
  );
}

function RowView(
  props: IImageTreeProps & { row: Row; isTabStop: boolean }
): React.JSX.Element {
  const { row, trans } = props;
  switch (row.kind) {
    case 'registry':
      return (
        <span
          className="jp-SRegistryGlobus-label"
          title={row.registry.location}
        >
          {row.registry.name}
        </span>
      );
    case 'collection':
      return (
        <>
          <Caret isExpanded={row.isExpanded} />
          <Icon icon={row.isExpanded ? folderIcon : collectionIcon} />
          <span
            className="jp-SRegistryGlobus-label"
            title={row.collection.name}
          >
            {row.collection.name}
          </span>
          <span className="jp-SRegistryGlobus-count">
            {trans._n('%1 image', '%1 images', row.collection.images_count)}
          </span>
        </>
      );
    case 'container':
      return (
        <>
          <Caret isExpanded={row.isExpanded} />
          <Icon icon={containerIcon} />
          <span className="jp-SRegistryGlobus-label" title={row.name}>
            {row.name}
          </span>
        </>
      );
    case 'image':
      return <ImageCells {...props} image={row.image} isFlat={row.isFlat} />;
    case 'pending':
      return (
        <span className="jp-SRegistryGlobus-pending">
          {trans.__('Loading…')}
        </span>
      );
    case 'failed':
      return (
        <>
          <span
            className="jp-SRegistryGlobus-label jp-mod-error"
            title={row.error.message}
          >
            {row.error.message}
          </span>
          <Button
            label={trans.__('Try again')}
            onClick={() => props.onRetry(row)}
          />
        </>
      );
  }
}

function ImageCells(
  props: IImageTreeProps & { image: Image; isFlat: boolean; isTabStop: boolean }
): React.JSX.Element {
  const { image, trans } = props;
  return (
    <>
      <Icon icon={tagIcon} />
      <span
        className="jp-SRegistryGlobus-label"
        title={[image.reference, image.digest].filter(Boolean).join('\n')}
      >
        {props.isFlat ? shortName(image) : image.tag}
      </span>
      {image.arch && (
        <span className="jp-SRegistryGlobus-chip">{image.arch}</span>
      )}
      {image.modified_at !== null && (
        <span
          className="jp-SRegistryGlobus-date"
          title={formatMoment(image.modified_at)}
        >
          {formatDay(image.modified_at)}
        </span>
      )}
      <span className="jp-SRegistryGlobus-size">
        {image.size_bytes === null ? '' : formatBytes(image.size_bytes)}
      </span>
      {props.canSend && (
        <IconButton
          className="jp-SRegistryGlobus-rowButton"
          label={trans.__('Transfer %1 to Globus…', shortName(image))}
          icon={sendIcon}
          tabIndex={props.isTabStop ? 0 : -1}
          onClick={() => props.onSend(image)}
        />
      )}
    </>
  );
}

function Caret(props: { isExpanded: boolean }): React.JSX.Element {
  return <Icon icon={props.isExpanded ? caretDownIcon : caretRightIcon} />;
}

/** An image's name without its registry. */
export function shortName(image: Image): string {
  return `${image.collection}/${image.container}:${image.tag}`;
}

function isParent(row: Row): row is Row & { isExpanded: boolean } {
  return row.kind === 'collection' || row.kind === 'container';
}

/** What a line does when it is clicked, unless it is an image. */
function act(row: Row, props: IImageTreeProps): void {
  if (isParent(row)) {
    props.onToggle(row);
  } else if (row.kind === 'failed') {
    props.onRetry(row);
  }
}

function howOf(event: React.MouseEvent): SelectHow {
  if (event.shiftKey) {
    return 'range';
  }
  return event.ctrlKey || event.metaKey ? 'toggle' : 'only';
}

/** The line that a key goes to; null if it is no such key. */
function moveFor(
  key: string,
  index: number,
  rows: Rows,
  tree: Element
): number | null {
  const page = Math.max(1, Math.floor(tree.clientHeight / ROW_HEIGHT) - 1);
  const last = rows.count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'PageDown':
      return Math.min(last, index + page);
    case 'PageUp':
      return Math.max(0, index - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

/** The line above that this one hangs below; the line itself at the top. */
function parentIndex(rows: Rows, index: number): number {
  const level = rows.at(index)?.level ?? 1;
  for (let i = index - 1; i >= 0; i--) {
    const row = rows.at(i);
    if (row && row.level < level) {
      return i;
    }
  }
  return index;
}
