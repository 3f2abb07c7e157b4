/** Paths on endpoints: `/` between the parts, folders end in `/`, `/~/` is the home. */

interface ICrumb {
  name: string;
  path: string;
}

/** A folder's path as Globus writes it; an empty one stays empty. */
export function folderPath(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

/** The folders on the way to a folder, the root first. */
export function crumbsOf(path: string): ICrumb[] {
  const parts = path.split('/').filter(part => part !== '');
  const isHome = parts[0] === '~';
  let crumb = isHome ? { name: '~', path: '/~/' } : { name: '/', path: '/' };
  const crumbs: ICrumb[] = [crumb];
  for (const part of isHome ? parts.slice(1) : parts) {
    crumb = { name: part, path: `${crumb.path}${part}/` };
    crumbs.push(crumb);
  }
  return crumbs;
}

/** The name of a folder; empty for a root or a home. */
export function folderName(path: string): string {
  return crumbsOf(path).slice(1).pop()?.name ?? '';
}

/** A folder within a folder. */
export function joinFolder(folder: string, name: string): string {
  return `${folderPath(folder)}${name}/`;
}

/** Whether a text can be the name of a folder. */
export function isFolderName(name: string): boolean {
  return (
    name !== '' && name !== '.' && name !== '..' && !/[/\0\n\r]/.test(name)
  );
}
