/**
 * Keeps the keyboard's focus within a node.
 *
 * What has the focus may go, or be disabled, by what it did itself: a line that is taken out, an
 * endpoint that was chosen, a button that waits for its answer. The browser then lets the focus
 * fall to the page, where no key is of use. Here it goes to the nearest part that is still there.
 */
export class FocusKeeper {
  constructor(private readonly _node: HTMLElement) {
    _node.addEventListener('focusin', this._onFocusIn);
    _node.addEventListener('focusout', this._onFocusOut);
    this._changes.observe(_node, {
      attributeFilter: ['disabled'],
      childList: true,
      subtree: true
    });
  }

  dispose(): void {
    this._changes.disconnect();
    this._node.removeEventListener('focusin', this._onFocusIn);
    this._node.removeEventListener('focusout', this._onFocusOut);
  }

  /** Give the focus back to what had it last, after something outside has taken it. */
  takeBack(): void {
    const next = this._trail.find(element => isUsable(element));
    if (next) {
      lendFocus(next);
    }
  }

  private readonly _onFocusIn = ({ target }: FocusEvent): void => {
    this._trail = [];
    let element = target as HTMLElement | null;
    while (element !== null && this._node.contains(element)) {
      this._trail.push(element);
      element = element.parentElement;
    }
  };

  /** Somebody went elsewhere, if what had the focus is still there without having it. */
  private readonly _onFocusOut = (): void => {
    queueMicrotask(() => {
      const [last] = this._trail;
      if (last && isUsable(last) && document.activeElement !== last) {
        this._trail = [];
      }
    });
  };

  private _restore(): void {
    const [last] = this._trail;
    if (last === undefined || isUsable(last)) {
      return;
    }
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement !== last) {
      return;
    }
    this.takeBack();
  }

  /** What had the focus last, and all around it up to the node itself. */
  private _trail: HTMLElement[] = [];

  private readonly _changes = new MutationObserver(() => this._restore());
}

/** Give the focus to what may be no stop of the Tab key, which goes on from there. */
function lendFocus(element: HTMLElement): void {
  if (!element.hasAttribute('tabindex') && element.tabIndex < 0) {
    element.tabIndex = -1;
    element.addEventListener(
      'blur',
      () => element.removeAttribute('tabindex'),
      { once: true }
    );
  }
  element.focus({ preventScroll: true });
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(':disabled');
}
