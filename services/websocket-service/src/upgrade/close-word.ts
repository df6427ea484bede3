const LAST_PROTOCOL_CODE = 1015;
const FIRST_OWN_CODE = 4400;
const LAST_OWN_CODE = 4429;

/** The close code as the metrics name it: codes that clients make up are one word, so that nobody fills the memory. */
export function closeWordOf(code: number): number | 'other' {
  const isKnown = code <= LAST_PROTOCOL_CODE || (code >= FIRST_OWN_CODE && code <= LAST_OWN_CODE);
  return isKnown ? code : 'other';
}
