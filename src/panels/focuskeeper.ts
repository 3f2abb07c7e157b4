/**
 * Keeps the keyboard focus within a node.
 *
 * The focused element may be removed or disabled by its own action: a removed row, a chosen
 * endpoint, a button that waits for an answer. The browser then moves the focus to the page, where
 * keys do nothing. This class moves it to the nearest ancestor that remains.
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

  /** Return the focus to the element that last had it, after an element outside has taken it. */
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

  /** If the last focused element remains but lost the focus, the user moved it elsewhere. */
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

  /** The last focused element and its ancestors, up to the node. */
  private _trail: HTMLElement[] = [];

  private readonly _changes = new MutationObserver(() => this._restore());
}

/** Focus an element that may not be focusable by itself, so that Tab continues from there. */
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
