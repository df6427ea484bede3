import { describe, expect, it } from 'vitest';
import { countTests, findFault, formatTotal } from '@/scripts/lib/test-report.mjs';

const file = (status: string, ...results: string[]) => ({
  status,
  assertionResults: results.map((result) => ({ status: result })),
});

describe('the report of a step', () => {
  it('counts over all files', () => {
    const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')] };
    expect(countTests(report)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it.each(['skipped', 'pending', 'todo', 'disabled', 'something new'])('counts %s as skipped', (status) => {
    expect(countTests({ testResults: [file('passed', status)] })).toEqual({ passed: 0, failed: 0, skipped: 1 });
  });

  it('counts a file that could not be run as a failure', () => {
    expect(countTests({ testResults: [file('failed')] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countTests({ testResults: [file('failed', 'passed')] })).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('is good only when tests ran, all passed and the runner agrees', () => {
    expect(findFault({ passed: 1, failed: 0, skipped: 0 }, 0)).toBeUndefined();
    expect(findFault({ passed: 9, failed: 1, skipped: 0 }, 1)).toBe('1 failed');
    expect(findFault({ passed: 9, failed: 0, skipped: 1 }, 0)).toContain('1 skipped');
    expect(findFault({ passed: 0, failed: 0, skipped: 0 }, 0)).toBe('no test ran');
    expect(findFault({ passed: 9, failed: 0, skipped: 0 }, 1)).toContain('exit code 1');
  });

  it('ends with one line over all steps', () => {
    const all = [
      { passed: 2, failed: 0, skipped: 0 },
      { passed: 3, failed: 1, skipped: 0 },
    ];
    expect(formatTotal(all)).toBe('5 passed, 1 failed');
  });
});
