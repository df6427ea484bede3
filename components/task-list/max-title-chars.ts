/** The longest title that can be typed, UTF-16 units; the service takes tasks of up to 16 KiB. */
export const MAX_TITLE_CHARS = 1_000;
