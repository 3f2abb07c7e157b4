import { crumbsOf, folderPath, isFolderName, joinFolder } from '../paths';

describe('paths', () => {
  it('leads from the root, or from the home', () => {
    expect(crumbsOf('/a/b c/').map(crumb => crumb.path)).toEqual([
      '/',
      '/a/',
      '/a/b c/'
    ]);
    expect(crumbsOf('/~/x/').map(crumb => crumb.name)).toEqual(['~', 'x']);
  });

  it('ends folders in a slash, once', () => {
    expect(folderPath('/a')).toBe('/a/');
    expect(folderPath('/a/')).toBe('/a/');
    expect(joinFolder('/a', 'b#%')).toBe('/a/b#%/');
  });

  it.each(['', '.', '..', 'a/b', 'a\nb', 'a\0'])(
    'takes %j for no name',
    name => {
      expect(isFolderName(name)).toBe(false);
    }
  );

  it('takes odd names for names', () => {
    expect(isFolderName('my "images" #1 %@:')).toBe(true);
  });
});
