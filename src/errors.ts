/**
 * The one error catalogue. Every failure that a person can meet has a stable code here, the exit code of a command that
 * ends with it, and the HTTP status of a request that ends with it. Messages are one plain sentence; `hint` says what
 * to do.
 */
export const errorCatalogue = {
  USAGE: { exit: 64, status: 400 },
  INVALID_REQUEST: { exit: 64, status: 400 },
  RELEASE_NOT_FOUND: { exit: 64, status: 404 },
  INCIDENT_NOT_FOUND: { exit: 64, status: 404 },
  INCIDENT_UNSEEN: { exit: 2, status: 409 },
  REPLAY_EMPTY: { exit: 2, status: 409 },
  DRILL_EMPTY: { exit: 2, status: 409 },
  SIGN_OFF_REFUSED: { exit: 64, status: 409 },
  SIGN_OFF_INCOMPLETE: { exit: 64, status: 409 },
  FINDING_NOT_FOUND: { exit: 64, status: 404 },
  TRACE_NOT_FOUND: { exit: 64, status: 404 },
  NOT_FOUND: { exit: 64, status: 404 },
  REQUEST_TOO_LARGE: { exit: 64, status: 413 },
  UNSUPPORTED_MEDIA_TYPE: { exit: 64, status: 415 },
  STARTING: { exit: 70, status: 503 },
  UNAUTHORIZED: { exit: 64, status: 401 },
  FORBIDDEN_HOST: { exit: 64, status: 403 },
  OTLP_MALFORMED: { exit: 64, status: 400 },
  OTLP_TOO_LARGE: { exit: 64, status: 413 },
  OTLP_UNSUPPORTED_MEDIA_TYPE: { exit: 64, status: 415 },
  OTLP_UNSUPPORTED_ENCODING: { exit: 64, status: 415 },
  OTLP_BUSY: { exit: 70, status: 503 },
  NODE_TOO_OLD: { exit: 70, status: 500 },
  PORT_IN_USE: { exit: 70, status: 500 },
  LISTEN_FAILED: { exit: 70, status: 500 },
  SERVER_UNREACHABLE: { exit: 70, status: 502 },
  SERVER_ANSWER: { exit: 70, status: 502 },
  PLATFORM_UNSUPPORTED: { exit: 70, status: 500 },
  DATA_FOLDER_LOCKED: { exit: 70, status: 500 },
  DATA_FOLDER_READ_ONLY: { exit: 70, status: 500 },
  DISK_FULL: { exit: 70, status: 503 },
  SPOOL_FULL: { exit: 70, status: 503 },
  READ_ONLY_STORE: { exit: 64, status: 403 },
  ENGINE_START: { exit: 70, status: 503 },
  ENGINE_UNAVAILABLE: { exit: 70, status: 503 },
  ENGINE_QUERY: { exit: 70, status: 500 },
  LEDGER: { exit: 70, status: 500 },
  LEDGER_UNAVAILABLE: { exit: 70, status: 503 },
  IMPORTS_UNREADABLE: { exit: 70, status: 500 },
  IMPORT_FILE: { exit: 64, status: 400 },
  REDACTION_FILE: { exit: 64, status: 500 },
  LIMITS_FILE: { exit: 64, status: 500 },
  COMPARE_EMPTY_SIDE: { exit: 64, status: 400 },
  COMPARE_SIDES_OVERLAP: { exit: 64, status: 400 },
  COMPARE_VALUES: { exit: 64, status: 400 },
  FILTER_SYNTAX: { exit: 64, status: 400 },
  FILTER_VALUE: { exit: 64, status: 400 },
  COMPARE_COLUMN: { exit: 64, status: 400 },
  FILE_FORMAT: { exit: 64, status: 400 },
  CONFIG_BASELINE: { exit: 64, status: 400 },
  CONFIG_ROOT: { exit: 64, status: 400 },
  CONFIG_OUTPUT: { exit: 70, status: 500 },
  CONFIG_FLAG_EVIDENCE: { exit: 64, status: 400 },
  CONFIG_HISTORY: { exit: 64, status: 400 },
  CONFIG_CONTRACT: { exit: 64, status: 400 },
  CONFIG_ENVIRONMENT: { exit: 64, status: 400 },
  CONFIG_SECRET: { exit: 64, status: 400 },
  CONFIG_SNAPSHOT: { exit: 64, status: 400 },
  COMPARE_STOPPED: { exit: 2, status: 503 },
  COMPARE_BUSY: { exit: 70, status: 429 },
  DEMO_FAILED: { exit: 70, status: 500 },
  INTERNAL: { exit: 70, status: 500 },
} as const satisfies Record<string, { exit: number; status: number }>

export type ErrorCode = keyof typeof errorCatalogue

export const errorCodes: readonly ErrorCode[] = Object.keys(errorCatalogue).filter(isErrorCode)

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCatalogue, text)
}

/** An error with a stable code. Thrown at boundaries; everything else that is thrown is a bug (`INTERNAL`). */
export class AftergreenError extends Error {
  override readonly name = 'AftergreenError'
  readonly code: ErrorCode
  /** What the reader can do about it, as a sentence. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }

  get exitCode(): number {
    return errorCatalogue[this.code].exit
  }

  get httpStatus(): number {
    return errorCatalogue[this.code].status
  }
}
