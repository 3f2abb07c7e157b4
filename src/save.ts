import { printableJson } from './words';

/** Save a document as a JSON file through the browser. */
export function saveJson(document: unknown, name: string): void {
  const blob = new Blob([printableJson(document)], {
    type: 'application/json'
  });
  const link = window.document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Not immediately: the browser may not have started to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
