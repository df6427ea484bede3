// @ts-check
// What runs in the browser: one contender's list, and what it has shown and committed.
import { App } from 'contender';
import { Profiler } from 'react';
import { createRoot } from 'react-dom/client';

let commits = 0;

createRoot(/** @type {HTMLElement} */ (document.getElementById('root'))).render(
  <Profiler id="list" onRender={() => (commits += 1)}>
    <App />
  </Profiler>,
);

/** The title that each row shows. */
const shown = () =>
  Object.fromEntries(
    [...document.querySelectorAll('li')].map((row) => [row.dataset.id, row.querySelector('span')?.textContent]),
  );

/** How many rows show something else than they should. @param {Record<string, string>} expected */
function missing(expected) {
  const titles = shown();
  return Object.entries(expected).filter(([id, title]) => titles[id] !== title).length;
}

Object.assign(window, {
  bench: { missing, commits: () => commits, rows: () => document.querySelectorAll('li').length },
});
