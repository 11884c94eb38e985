/** What is wrong with an expression, as the end of a sentence. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}
