interface IFiles {
  readFileSync(path: string, encoding: 'utf8'): string;
}

interface IProcesses {
  execSync(command: string, options: { encoding: 'utf8' }): string;
}

const { readFileSync } = jest.requireActual<IFiles>('fs');
const { execSync } = jest.requireActual<IProcesses>('child_process');

/** Return what a script of package.json prints, formatted as the file that it is for. */
function generate(script: string, file: string): string {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const format = `prettier --stdin-filepath ${file}`;
  return execSync(
    `PATH="node_modules/.bin:$PATH"; ${scripts[script] ?? ''} | ${format}`,
    { encoding: 'utf8' }
  );
}

describe('files made from docs/openapi.json', () => {
  it.each([
    ['generate:schema', 'src/api/schema.ts'],
    ['generate:constants', 'src/api/constants.ts']
  ])(
    '%s prints what is in %s; if not, run "make generate"',
    (script, file) => {
      expect(generate(script, file)).toBe(readFileSync(file, 'utf8'));
    },
    60_000
  );
});

export {}; // a module, whose names are its own
