import config from './playwright.config';

/** The pictures of the documentation: `make pictures`. */
export default {
  ...config,
  testDir: 'pictures',
  outputDir: 'test-results/picture-runs',
  timeout: 180_000
};
