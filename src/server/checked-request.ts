import type { Context } from 'hono'
import type { z } from 'zod'

import { AftergreenError } from '../errors.ts'
import { jsonText } from './json-text.ts'

/** @throws UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST */
export function parsedBody(context: Pick<Context, 'req'>, text: string): unknown {
  try {
    return JSON.parse(jsonText(context, text))
  } catch (cause) {
    if (cause instanceof AftergreenError) throw cause
    throw new AftergreenError('INVALID_REQUEST', 'The body is not valid JSON.', { cause })
  }
}

/** @throws INVALID_REQUEST: says which field is wrong, and how */
export function checkedRequest<T>(
  schema: z.ZodType<T>,
  content: unknown,
  what: string,
  hint: string,
): T {
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new AftergreenError(
    'INVALID_REQUEST',
    `The ${what} is not valid: ${problemOf(parsed.error)}.`,
    {
      hint,
    },
  )
}

/** The first thing that is wrong, with the field that it is in. */
export function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues
  if (issue === undefined) return 'unknown'
  const field = issue.path.join('.')
  if (issue.code === 'too_small' && issue.origin === 'string') return `${field} is empty`
  return `${field === '' ? '' : `${field}: `}${issue.message}`
}
