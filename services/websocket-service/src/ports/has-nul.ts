/** Is U+0000 in it? PostgreSQL keeps none in a text, so no id and no name has one, whatever the database ([SV145]). */
export function hasNul(text: string): boolean {
  return text.includes('\0');
}
