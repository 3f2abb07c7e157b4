import config from './playwright.config';

/** Pictures of each state, to be looked at: `jlpm screenshots`. Nothing is compared. */
export default {
  ...config,
  testDir: 'screenshots',
  outputDir: 'test-results/screenshot-runs',
  timeout: 120_000
};
