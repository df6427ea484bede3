/** "1 change has" or "3 changes have". */
export function changesText(count: number): string {
  return count === 1 ? '1 change has' : `${count} changes have`;
}
