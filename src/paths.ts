/** Paths on endpoints: separated by `/`, folders end in `/`, `/~/` is the home folder. */

interface ICrumb {
  name: string;
  path: string;
}

/** Return a folder's path as Globus writes it. An empty one stays empty. */
export function folderPath(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

/** Return the folders on the way to a folder, root first. */
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

/** Return the name of a folder. Empty for a root or a home folder. */
export function folderName(path: string): string {
  return crumbsOf(path).slice(1).pop()?.name ?? '';
}

/** Return the path of a subfolder. */
export function joinFolder(folder: string, name: string): string {
  return `${folderPath(folder)}${name}/`;
}

/** Whether a text is a valid folder name. */
export function isFolderName(name: string): boolean {
  return (
    name !== '' && name !== '.' && name !== '..' && !/[/\0\n\r]/.test(name)
  );
}
