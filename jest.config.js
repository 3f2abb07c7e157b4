const jestJupyterLab = require('@jupyterlab/testutils/lib/jest-config');

const esModules = [
  '@codemirror',
  '@jupyter/(react-components|web-components|ydoc)',
  '@jupyterlab/',
  '@marijn',
  '@microsoft',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  transform: {
    ...base.transform,
    // Types are checked by the build; here each file is translated alone, which is faster.
    '^.+\\.tsx?$': ['ts-jest/legacy', { tsconfig: './tsconfig.json' }]
  },
  automock: false,
  modulePathIgnorePatterns: [
    '<rootDir>/jupyterlab_sregistry_globus/labextension',
    '<rootDir>/ui-tests',
    '<rootDir>/.venv'
  ],
  reporters: ['default'],
  testPathIgnorePatterns: ['/node_modules/', '/lib/', '/ui-tests/'],
  testRegex:
    'src/.*/__tests__/.*\\.(test|spec)\\.tsx?$|src/__tests__/.*\\.(test|spec)\\.tsx?$',
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
