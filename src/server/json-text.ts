import type { Context } from 'hono'

import { AftergreenError } from '../errors.ts'

/**
 * The text of a body that is said to be JSON. A form of another site can send text/plain here, but not JSON: that needs a
 * permission nobody gives.
 * @throws UNSUPPORTED_MEDIA_TYPE
 */
export function jsonText(context: Pick<Context, 'req'>, text: string): string {
  if (/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? '')) return text
  throw new AftergreenError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON.', {
    hint: 'Send the header "Content-Type: application/json".',
  })
}
