import { AftergreenError } from '../errors.ts'

/** The error of a request that is not OTLP; nothing of it is kept. */
export const malformed = (problem: string): AftergreenError =>
  new AftergreenError('OTLP_MALFORMED', `The request is not valid OTLP: ${problem}.`, {
    hint: 'Check that the body matches its Content-Type and Content-Encoding and was not cut off.',
  })

/** The error of a request that is OTLP and needs more memory than one may have; nothing of it is kept. */
export const tooLarge = (problem: string): AftergreenError =>
  new AftergreenError('OTLP_TOO_LARGE', `The request is too large: ${problem}.`, {
    hint: 'Send smaller batches.',
  })

/** Deepest nesting of attribute values that is accepted. */
export const maxDepth = 100
