interface IFiles {
  readdirSync(
    folder: string,
    options: { recursive: true; encoding: 'utf8' }
  ): string[];
  readFileSync(path: string, encoding: 'utf8'): string;
}

const { readdirSync, readFileSync } = jest.requireActual<IFiles>('fs');

/** Return the names of our CSS classes in the files of a folder. */
function classesIn(folder: string, isWanted: RegExp): Set<string> {
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => isWanted.test(name))
    .map(name => readFileSync(`${folder}/${name}`, 'utf8'));
  return new Set(texts.join('\n').match(/jp-SRegistryGlobus-[\w-]*\w/g));
}

it('styles only classes that are drawn', () => {
  const drawn = classesIn('src', /^(components|panels|plugins).*\.tsx?$/);
  const styled = classesIn('style', /\.css$/);
  expect([...styled].filter(name => !drawn.has(name))).toEqual([]);
});
