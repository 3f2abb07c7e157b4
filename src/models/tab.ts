/** A browser tab that was opened by a click and will show Globus. */
export interface ITab {
  /** Navigate to a page. */
  point(url: string): void;
  close(): void;
}

/**
 * Open an empty tab. Must be called within a click, because browsers block it later.
 *
 * @returns null if the browser blocked the tab.
 */
export function openTab(): ITab | null {
  const tab = window.open('', '_blank');
  if (tab === null) {
    return null;
  }
  // The other page must not be able to navigate this one.
  tab.opener = null;
  return {
    point: url => tab.location.replace(url),
    close: () => tab.close()
  };
}
