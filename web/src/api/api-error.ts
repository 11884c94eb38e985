/** What the server, or the way to it, answered instead of data. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** A code of the server's catalogue, or `SERVER_UNREACHABLE`, `SERVER_ANSWER`. */
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
