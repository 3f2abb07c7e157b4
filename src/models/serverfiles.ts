import type { Contents } from '@jupyterlab/services';

/** The drive of jupyter-collaboration, which holds the server's own files. */
const COLLABORATION_DRIVE = 'RTC';

/** A file in JupyterLab: on this server, or on a drive that the server does not know. */
export type LocatedFile =
  | { readonly kind: 'server'; readonly path: string }
  | { readonly kind: 'drive'; readonly path: string; readonly drive: string };

/**
 * Locate the file of a contents path such as `RTC:hello.sif`.
 *
 * Without its drive, a path could name a different file on the server.
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
