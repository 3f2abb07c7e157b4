import type * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

/** The element that components are drawn into. Each test has its own. */
export let host: HTMLElement;

let root: Root;

/** Give each test of a file an empty page. */
export function setUpPage(): void {
  beforeAll(() => {
    (
      globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
    ).IS_REACT_ACT_ENVIRONMENT = true;
    stubResizeObserver();
  });

  beforeEach(() => {
    host = document.createElement('div');
    document.body.appendChild(host);
    root = createRoot(host);
  });

  afterEach(() => {
    act(() => root.unmount());
    host.remove();
    jest.useRealTimers();
  });
}

/** jsdom has no layout and no ResizeObserver. */
export function stubResizeObserver(): void {
  globalThis.ResizeObserver = class {
    observe(): void {
      /* nothing has a size here */
    }
    unobserve(): void {
      /* as above */
    }
    disconnect(): void {
      /* as above */
    }
  };
}

export function draw(element: React.ReactElement): void {
  act(() => root.render(element));
}

/** Find an element by selector and accessible name. */
export function find(selector: string, name: string): HTMLElement {
  const element = [...host.querySelectorAll<HTMLElement>(selector)].find(
    node => (node.getAttribute('aria-label') ?? node.textContent) === name
  );
  if (element === undefined) {
    throw new Error(`no ${selector} called "${name}" in ${host.innerHTML}`);
  }
  return element;
}

export function click(selector: string, name: string): void {
  act(() => find(selector, name).click());
}

export function press(key: string, init: KeyboardEventInit = {}): void {
  act(() => {
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, ...init })
    );
  });
}
