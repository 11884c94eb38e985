import { AftergreenError } from '../errors.ts'
import { foreign, told } from './api-client.ts'
import { linesOf, parsedJson } from './ndjson-lines.ts'

/**
 * The JSON lines that a server answers with, as they arrive.
 * @param base address of the server
 * @param what was asked for, for the error: "a replay"
 * @throws SERVER_ANSWER, and what the server answers
 */
export async function* answeredLines<T extends object>(
  base: URL,
  response: Response,
  what: string,
  isLine: (content: unknown) => content is T,
): AsyncGenerator<T> {
  const wrong = `it answered ${response.status} to ${what}`
  const isLines = response.headers.get('content-type')?.startsWith('application/x-ndjson')
  if (!response.ok || isLines !== true || response.body === null)
    throw told(await response.json().catch(() => undefined)) ?? foreign(base, wrong)
  for await (const line of linesOf(response.body)) {
    const content = parsedJson(line)
    const error = told(content)
    if (error !== null) throw error
    if (!isLine(content)) throw foreign(base, wrong)
    yield content
  }
}

/** Nobody answers at an address, or not to the end. */
export function unreachable(base: URL, cause: unknown): AftergreenError {
  return new AftergreenError(
    'SERVER_UNREACHABLE',
    `No Aftergreen server answers at ${base.origin}, or it went away.`,
    { hint: 'Start one with "aftergreen serve", or name another with --server URL.', cause },
  )
}
