import * as React from 'react';

/** Rows that the focus can be on, by number. */
interface IFocusableRows {
  count: number;
  /** What names a row as long as the rows change around it. */
  keyAt: (index: number) => string | undefined;
  /** The number of the row of that key; -1 if it is gone. */
  indexOf: (key: string) => number;
}

interface IRovingFocus {
  /** The row that has the focus, or had it last; -1 if there is none. */
  active: number;
  /** The one row that the Tab key stops at. */
  tabStop: number;
  /** Make a row the active one, and give it the focus unless it has it already. */
  activate: (index: number, focus?: boolean) => void;
  /** To be set on the element of the row at the tab stop. */
  ref: React.MutableRefObject<HTMLElement | null>;
}

/**
 * One stop for the Tab key in a list of rows, from where the arrow keys go on.
 *
 * @param rows - to be made anew only when the rows change.
 */
export function useRovingFocus(rows: IFocusableRows): IRovingFocus {
  const [activeKey, setActiveKey] = React.useState<string | null>(null);
  const [wantsFocus, setWantsFocus] = React.useState(false);
  const lastIndex = React.useRef(0);
  const ref = React.useRef<HTMLElement | null>(null);
  const active = React.useMemo(() => {
    if (activeKey === null) {
      return -1;
    }
    return rows.keyAt(lastIndex.current) === activeKey
      ? lastIndex.current
      : rows.indexOf(activeKey);
  }, [rows, activeKey]);

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
 * The row that a key goes to; null if it is no such key.
 *
 * @param pageSize - how many rows PageUp and PageDown pass over.
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

/** How many rows fit into a list, less one to find one's place again. */
export function pageSizeOf(list: Element, rowHeight: number): number {
  return Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
}
