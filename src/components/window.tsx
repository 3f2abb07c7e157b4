import * as React from 'react';

/** Extra rows drawn beyond the edges, so that fast scrolling shows no gaps. */
const OVERSCAN = 8;

export interface IRange {
  first: number;
  last: number;
}

/** Return the visible rows, both ends included. Empty if last < first. */
export function visibleRange(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number
): IRange {
  const first = Math.floor(scrollTop / rowHeight) - OVERSCAN;
  const last = Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN;
  return { first: Math.max(0, first), last: Math.min(count - 1, last) };
}

/**
 * A long list of rows of equal height that draws only the visible ones.
 *
 * The active row is always drawn, so that it keeps the focus when scrolled out of view.
 */
export function Window(props: {
  count: number;
  rowHeight: number;
  active: number;
  renderRow: (index: number, style: React.CSSProperties) => React.ReactNode;
  /** Receives the visible rows after each render. */
  onRange?: (range: IRange) => void;
  containerProps: React.HTMLAttributes<HTMLDivElement>;
}): React.JSX.Element {
  const { count, rowHeight, active, renderRow, onRange } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const [view, setView] = React.useState({ top: 0, height: 0 });
  const range = visibleRange(view.top, view.height, rowHeight, count);

  React.useLayoutEffect(() => {
    const element = node.current;
    if (element === null) {
      return;
    }
    const measure = () =>
      setView(old => ({ ...old, height: element.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  React.useLayoutEffect(() => {
    const element = node.current;
    if (element === null || active < 0) {
      return;
    }
    const top = active * rowHeight;
    if (top < element.scrollTop) {
      element.scrollTop = top;
    } else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [active, rowHeight]);

  React.useEffect(() => onRange?.(range));

  const indices: number[] = [];
  for (let index = range.first; index <= range.last; index++) {
    indices.push(index);
  }
  if (active >= 0 && active < count && !indices.includes(active)) {
    indices.push(active);
  }
  return (
    <div
      {...props.containerProps}
      ref={node}
      onScroll={event => {
        const { scrollTop } = event.currentTarget;
        setView(old => ({ ...old, top: scrollTop }));
      }}
    >
      <div
        role="presentation"
        className="jp-SRegistryGlobus-windowSpace"
        style={{ height: count * rowHeight }}
      >
        {indices.map(index =>
          renderRow(index, { top: index * rowHeight, height: rowHeight })
        )}
      </div>
    </div>
  );
}
