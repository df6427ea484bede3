// @ts-check

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped Skipped and todo: both are tests that prove nothing.
 */

/**
 * Counts the tests of a Vitest JSON report. A file that could not be run counts as one failed test, since none of its own was
 * counted; a result of an unknown kind counts as skipped.
 * @param {{ testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status: fileStatus, assertionResults } of report.testResults) {
    for (const { status } of assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    const explained = assertionResults.some(({ status }) => status === 'failed');
    if (fileStatus === 'failed' && !explained) counts.failed += 1;
  }
  return counts;
}

/**
 * Why a step of tests is not good enough, or `undefined` when it is.
 * @param {Counts} counts @param {number} exitCode The runner's.
 * @returns {string | undefined}
 */
export function findFault({ passed, failed, skipped }, exitCode) {
  if (failed > 0) return `${failed} failed`;
  if (skipped > 0) return `${skipped} skipped or todo: a test that does not run proves nothing`;
  if (passed === 0) return 'no test ran';
  if (exitCode !== 0) return `the runner ended with exit code ${exitCode}`;
  return undefined;
}

/** The last line of a run. @param {readonly Counts[]} all */
export function formatTotal(all) {
  const passed = all.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = all.reduce((sum, counts) => sum + counts.failed, 0);
  return `${passed} passed, ${failed} failed`;
}
