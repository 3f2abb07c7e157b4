/** Hand the browser a document to save. */
export function saveJson(document: unknown, name: string): void {
  const blob = new Blob([JSON.stringify(document, null, 2)], {
    type: 'application/json'
  });
  const link = window.document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Not at once: the browser may not have begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
