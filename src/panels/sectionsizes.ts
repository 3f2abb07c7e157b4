import type { IDisposable } from '@lumino/disposable';
import type { AccordionPanel, Widget } from '@lumino/widgets';

/** How the sections share the height if they don't fit: images, endpoints, transfers. */
const SHARES = [264, 184, 78];

/** The parts of a section that scroll: their content counts, not their height. */
const SCROLLING =
  '.jp-SRegistryGlobus-section, .jp-SRegistryGlobus-scroll, .jp-SRegistryGlobus-tree, .jp-SRegistryGlobus-folder, .jp-SRegistryGlobus-entries';

/** The rows of a long list, which has a fixed height. */
const ROWS = '.jp-SRegistryGlobus-windowSpace';

/**
 * Sizes the sections of an accordion by their content, so that a short or closed section gives its
 * room to the others. Stops once the user drags a border.
 */
export class SectionSizes implements IDisposable {
  /**
   * @param _onDragged - called when the user drags a border.
   */
  constructor(
    private readonly _accordion: AccordionPanel,
    private readonly _onDragged: () => void
  ) {
    this._contents = new ResizeObserver(() => this._schedule());
    this._changes = new MutationObserver(changes => {
      // Not while a long list draws the rows that scroll into view.
      if (changes.some(({ target }) => !(target as Element).closest(ROWS))) {
        this._watch();
      }
    });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Begin, after JupyterLab has restored its layout. */
  start(): void {
    const accordion = this._accordion;
    accordion.handleMoved.connect(this._onHandleMoved, this);
    accordion.expansionToggled.connect(this._schedule, this);
    this._contents.observe(accordion.node);
    for (const section of accordion.widgets) {
      this._changes.observe(section.node, { childList: true, subtree: true });
    }
    this._watch();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._stop();
    }
  }

  private _onHandleMoved(): void {
    this._stop();
    this._onDragged();
  }

  private _stop(): void {
    this._accordion.handleMoved.disconnect(this._onHandleMoved, this);
    this._accordion.expansionToggled.disconnect(this._schedule, this);
    this._contents.disconnect();
    this._changes.disconnect();
    cancelAnimationFrame(this._frame);
  }

  /** Follow the height of everything that is within a scrolling part. */
  private _watch(): void {
    for (const section of this._accordion.widgets) {
      for (const part of section.node.querySelectorAll(SCROLLING)) {
        for (const child of part.children) {
          if (!child.matches(SCROLLING) && !this._watched.has(child)) {
            this._watched.add(child);
            this._contents.observe(child);
          }
        }
      }
    }
    this._schedule();
  }

  private _schedule(): void {
    cancelAnimationFrame(this._frame);
    this._frame = requestAnimationFrame(() => this._arrange());
  }

  private _arrange(): void {
    const accordion = this._accordion;
    const { widgets } = accordion;
    const space =
      accordion.node.clientHeight - widgets.length * accordion.titleSpace;
    if (!accordion.isVisible || space <= 0) {
      return;
    }
    const sizes = shared(
      widgets.map(widget => (widget.isHidden ? 0 : contentHeight(widget))),
      space
    );
    const before = accordion.relativeSizes();
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const isSame = sizes.every(
      (size, index) => Math.abs(size / total - (before[index] ?? 0)) * space < 1
    );
    if (total > 0 && !isSame) {
      accordion.setRelativeSizes(sizes);
    }
  }

  private readonly _contents: ResizeObserver;
  private readonly _changes: MutationObserver;
  private readonly _watched = new WeakSet<Element>();
  private _frame = 0;
  private _isDisposed = false;
}

/**
 * Share a height among sections.
 *
 * @param wanted - what each section needs. 0 for a closed one.
 * @returns the height of each: what it needs if all fit, else at most its share and what others
 * leave. What is left over goes to the first open section.
 */
export function shared(wanted: readonly number[], space: number): number[] {
  const sizes = wanted.map(() => 0);
  let open = wanted.map((_, index) => index).filter(i => (wanted[i] ?? 0) > 0);
  let left = space;
  while (open.length > 0) {
    const shares = open.reduce((sum, i) => sum + (SHARES[i] ?? 1), 0);
    const unit = left / shares;
    const short = open.filter(i => (wanted[i] ?? 0) <= unit * (SHARES[i] ?? 1));
    if (short.length === 0) {
      open.forEach(i => (sizes[i] = unit * (SHARES[i] ?? 1)));
      return sizes;
    }
    for (const i of short) {
      sizes[i] = wanted[i] ?? 0;
      left -= sizes[i];
    }
    open = open.filter(i => !short.includes(i));
  }
  const first = wanted.findIndex(height => height > 0);
  if (first !== -1) {
    sizes[first] = (sizes[first] ?? 0) + left;
  }
  return sizes;
}

/** Return the height that a section needs to show all its content. */
function contentHeight(widget: Widget): number {
  const [section] = widget.node.children;
  // A section that is not drawn yet counts as open.
  return Math.max(1, section ? heightOf(section as HTMLElement) : 0);
}

function heightOf(element: HTMLElement): number {
  const { marginTop, marginBottom } = getComputedStyle(element);
  const margins = parseFloat(marginTop) + parseFloat(marginBottom);
  if (!element.matches(SCROLLING)) {
    return element.offsetHeight + margins;
  }
  let height = margins;
  for (const child of element.children) {
    const isOutside = getComputedStyle(child).position === 'absolute';
    height += isOutside ? 0 : heightOf(child as HTMLElement);
  }
  return height;
}
