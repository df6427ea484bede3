/** Gives the focus to a task's checkbox; false when the task is not there. */
export function focusTask(list: Element | null, key: string): boolean {
  const row = [...(list?.children ?? [])].find((child) => child.getAttribute('data-key') === key);
  return focusRow(row);
}

/**
 * Gives the focus away before a row vanishes, so that a person on the keyboard goes on where they were: to the next task, else
 * to the one before, else to the field for a new one.
 */
export function focusNeighbour(row: Element | null): void {
  if (!row?.contains(document.activeElement)) return;
  if (!focusRow(row.nextElementSibling) && !focusRow(row.previousElementSibling)) focusNewTask();
}

/** Gives the focus to the field for a new task. */
export function focusNewTask(): void {
  document.querySelector<HTMLInputElement>('#new-task input')?.focus({ preventScroll: true });
}

/** Gives the focus to the search. */
export function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[type="search"]')?.focus({ preventScroll: true });
}

function focusRow(row: Element | null | undefined): boolean {
  const target = row?.querySelector<HTMLInputElement>('input[type="checkbox"]');
  target?.focus();
  return target !== null && target !== undefined;
}
