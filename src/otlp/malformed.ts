import { AftergreenError } from '../errors.ts'

/** The error of a request that is not OTLP; nothing of it is kept. */
export const malformed = (problem: string): AftergreenError =>
  new AftergreenError('OTLP_MALFORMED', `The request is not valid OTLP: ${problem}.`, {
    hint: 'Check that the body matches its Content-Type and Content-Encoding and was not cut off.',
  })

/** Deepest nesting of attribute values that is accepted. */
export const maxDepth = 100
