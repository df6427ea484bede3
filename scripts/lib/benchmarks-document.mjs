// @ts-check

/**
 * @typedef {object} Result What a benchmark keeps in bench/results/.
 * @property {string} name
 * @property {string} [about]
 * @property {string} date ISO 8601.
 * @property {Readonly<Record<string, string | number>>} machine
 * @property {readonly Readonly<Record<string, string | number>>[]} rows
 * @property {Readonly<Record<string, number>>} ratios
 */

const HEAD = `# Benchmarks

Made by \`npm run bench\` from bench/results/; not to be edited by hand. \`npm run bench -- size\` runs one of them. Every benchmark
runs Taskwire and its peers on one machine in one run: the ratios travel, the figures do not.
`;

/**
 * docs/BENCHMARKS.md: one section per result, in the order of their names.
 * @param {readonly Result[]} results
 * @returns {string}
 */
export function formatBenchmarks(results) {
  const sorted = [...results].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return [HEAD, ...sorted.map(formatResult)].join('\n');
}

/** @param {Result} result */
function formatResult({ name, about, date, machine, rows, ratios }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => formatCell(row[column]))),
  ];
  return [
    `## ${name}`,
    '',
    ...(about ? [about, ''] : []),
    ...table.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...Object.entries(ratios).map(([key, value]) => `- \`${key}\`: **${formatCell(value)}**`),
    '',
    `${date.slice(0, 10)}; ${Object.entries(machine)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}.`,
    '',
  ].join('\n');
}

/** @param {string | number | undefined} value */
function formatCell(value) {
  if (typeof value !== 'number') return (value ?? '').replaceAll('|', '\\|');
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 3 : 0 });
}
