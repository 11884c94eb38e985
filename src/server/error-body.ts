import { AftergreenError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'

/** The body of every answer of the API that is not a success. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; hint?: string }
}

export function errorBody(error: AftergreenError): ErrorBody {
  const { code, message, hint } = error
  return { error: hint === undefined ? { code, message } : { code, message, hint } }
}

/**
 * The error that is told to a caller. Whatever is not in the catalogue is a bug: the caller learns that much and no
 * more, the log has the rest.
 */
export function tellable(error: unknown): AftergreenError {
  if (error instanceof AftergreenError) return error
  return new AftergreenError('INTERNAL', 'The server failed to answer this request.', {
    hint: 'The log of the server says more.',
    cause: error,
  })
}
