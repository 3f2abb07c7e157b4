/** A browser tab that a click opened and that will show Globus. */
export interface ITab {
  /** Show a page. */
  point(url: string): void;
  close(): void;
}

/**
 * Open an empty tab. To be called in the click itself: later, browsers block it.
 *
 * @returns null where the browser blocked it.
 */
export function openTab(): ITab | null {
  const tab = window.open('', '_blank');
  if (tab === null) {
    return null;
  }
  // Whatever is shown there must not be able to steer this page.
  tab.opener = null;
  return {
    point: url => tab.location.replace(url),
    close: () => tab.close()
  };
}
