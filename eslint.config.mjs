import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-plugin-prettier/recommended';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'lib/**',
      'dist/**',
      '.venv*/**',
      'docs/**',
      'tests/**',
      'ui-tests/**',
      'bench/**',
      'jupyterlab_sregistry_globus/**',
      'src/api/schema.ts',
      '*.js'
    ]
  },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    extends: [
      js.configs.recommended,
      ...tseslint.configs.strictTypeChecked,
      ...tseslint.configs.stylisticTypeChecked
    ],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn'] }],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Lumino's signals take a method and its `this` side by side.
      '@typescript-eslint/unbound-method': 'off',
      // Whatever is added to the shell, or launched as a dialog, is disposed of by it.
      'jupyter/require-disposable-ownership': 'off',
      'jupyter/require-disposable-transfer': 'off',
      // All of the front end is smaller than one of JupyterLab's own chunks: one request is best.
      'jupyter/prefer-lazy-imports': 'off',
      // "type" is what openapi-typescript writes, and what a union needs.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Namespaces hold a class's options in Lumino's style.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true }
      ]
    }
  },
  {
    // A test may assert what it has just made sure of, and reads what mocks were given.
    files: ['src/__tests__/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off'
    }
  },
  prettier
);
