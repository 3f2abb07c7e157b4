import { crumbsOf, folderPath, isFolderName, joinFolder } from '../paths';

describe('paths', () => {
  it('start at the root, or at the home folder', () => {
    expect(crumbsOf('/a/b c/').map(crumb => crumb.path)).toEqual([
      '/',
      '/a/',
      '/a/b c/'
    ]);
    expect(crumbsOf('/~/x/').map(crumb => crumb.name)).toEqual(['~', 'x']);
  });

  it('ends folders with one slash', () => {
    expect(folderPath('/a')).toBe('/a/');
    expect(folderPath('/a/')).toBe('/a/');
    expect(joinFolder('/a', 'b#%')).toBe('/a/b#%/');
  });

  it.each(['', '.', '..', 'a/b', 'a\nb', 'a\0'])(
    'rejects the name %j',
    name => {
      expect(isFolderName(name)).toBe(false);
    }
  );

  it('accepts odd names', () => {
    expect(isFolderName('my "images" #1 %@:')).toBe(true);
  });
});
