import config from './playwright.config';

/** Screenshots of each state, for review: `jlpm screenshots`. Nothing is compared. */
export default {
  ...config,
  testDir: 'screenshots',
  outputDir: 'test-results/screenshot-runs',
  timeout: 120_000
};
