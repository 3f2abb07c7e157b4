import type { Contents } from '@jupyterlab/services';

/** The drive of jupyter-collaboration: the server's own files, edited together. */
const COLLABORATION_DRIVE = 'RTC';

/** A file of the browser's: on this server's disk, or on a drive of which the server knows nothing. */
export type LocatedFile =
  | { readonly kind: 'server'; readonly path: string }
  | { readonly kind: 'drive'; readonly path: string; readonly drive: string };

/**
 * Tell where a file is that JupyterLab names by a path, such as `RTC:hello.sif`.
 *
 * A drive's path without the drive's name could be that of another file on the server.
 */
export function locateFile(
  contents: Pick<Contents.IManager, 'driveName' | 'localPath'>,
  path: string
): LocatedFile {
  const drive = contents.driveName(path);
  const localPath = contents.localPath(path);
  return drive === '' || drive === COLLABORATION_DRIVE
    ? { kind: 'server', path: localPath }
    : { kind: 'drive', path: localPath, drive };
}
