import * as React from 'react';

/** Rows that can have the focus, by index. */
interface IFocusableRows {
  count: number;
  /** A key that identifies the row while other rows come and go. */
  keyAt: (index: number) => string | undefined;
  /** The index of the row with this key. -1 if it is gone. */
  indexOf: (key: string) => number;
  /** Whether a row that is gone leaves the focus to the row in its place, as when it is loaded. */
  areReplaced?: boolean;
}

interface IRovingFocus {
  /** The row that has, or last had, the focus. -1 if there is none. */
  active: number;
  /** The only row that the Tab key stops at. */
  tabStop: number;
  /** Make a row active and, unless `focus` is false, focus it. */
  activate: (index: number, focus?: boolean) => void;
  /** Set this ref on the element of the row at the tab stop. */
  ref: React.MutableRefObject<HTMLElement | null>;
}

/**
 * Give a list of rows one tab stop, from which the arrow keys move.
 *
 * @param rows - memoized by the caller; a new object means that the rows changed.
 */
export function useRovingFocus(rows: IFocusableRows): IRovingFocus {
  const [activeKey, setActiveKey] = React.useState<string | null>(null);
  const [wantsFocus, setWantsFocus] = React.useState(false);
  const lastIndex = React.useRef(0);
  const ref = React.useRef<HTMLElement | null>(null);
  const { active, isReplaced } = React.useMemo(() => {
    if (activeKey === null) {
      return { active: -1, isReplaced: false };
    }
    if (rows.keyAt(lastIndex.current) === activeKey) {
      return { active: lastIndex.current, isReplaced: false };
    }
    const index = rows.indexOf(activeKey);
    // The old row is still on the page while the new rows are being rendered, or was about to be
    // focused.
    const hadFocus =
      wantsFocus ||
      (ref.current !== null && ref.current === document.activeElement);
    return index === -1 && rows.areReplaced && hadFocus
      ? {
          active: Math.min(lastIndex.current, rows.count - 1),
          isReplaced: true
        }
      : { active: index, isReplaced: false };
  }, [rows, activeKey]);

  React.useEffect(() => {
    if (isReplaced) {
      activate(active);
    }
  }, [rows, isReplaced]);

  React.useEffect(() => {
    if (wantsFocus) {
      ref.current?.focus({ preventScroll: true });
      setWantsFocus(false);
    }
  }, [wantsFocus, active]);

  const activate = (index: number, focus = true) => {
    const key = rows.keyAt(index);
    if (key !== undefined) {
      lastIndex.current = index;
      setActiveKey(key);
      setWantsFocus(focus);
    }
  };
  return { active, tabStop: Math.max(0, active), activate, ref };
}

/**
 * Return the row that a key moves to. Null for any other key.
 *
 * @param pageSize - how many rows PageUp and PageDown move by.
 */
export function rowForKey(
  key: string,
  index: number,
  count: number,
  pageSize: number
): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'PageDown':
      return Math.min(last, index + pageSize);
    case 'PageUp':
      return Math.max(0, index - pageSize);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

/** Return how many rows fit into a list, minus one for orientation. */
export function pageSizeOf(list: Element, rowHeight: number): number {
  return Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
}
