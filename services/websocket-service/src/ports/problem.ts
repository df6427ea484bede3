/**
 * A refusal that the caller is told about, as an RFC 9457 problem document. Thrown anywhere below HTTP; a transaction
 * that it leaves is rolled back.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  /**
   * @param status The HTTP status; callers decide by it.
   * @param detail One sentence for a person that names the cure.
   * @param members Further members of the document.
   * @param headers Further headers of the answer.
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}
