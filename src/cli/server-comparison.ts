import type { Comparison, CompareProgress } from '../cohorts/compare/comparison.ts'
import type { StoreComparison } from '../cohorts/compare/store-comparison.ts'
import { AftergreenError } from '../errors.ts'
import { foreign, serverAddress, told } from './api-client.ts'
import { linesOf, parsedJson } from './ndjson-lines.ts'

export interface ServerComparisonOptions {
  server: string
  token: string | undefined
  /** Aborted: the server is asked to end the search with what it has. */
  finish: AbortSignal
  /** Aborted: the request is given up, which ends the comparison on the server. */
  stop: AbortSignal
  onProgress: (progress: CompareProgress) => void
}

type Line = { id: string } | { progress: CompareProgress } | { comparison: Comparison }

/**
 * Lets a running server compare, and tells how far it is.
 * @throws SERVER_UNREACHABLE, SERVER_ANSWER, COMPARE_STOPPED and what the server answers
 */
export async function compareOnServer(
  request: StoreComparison,
  options: ServerComparisonOptions,
): Promise<Comparison> {
  const { server, token, finish, stop, onProgress } = options
  const base = serverAddress(server)
  const headers: Record<string, string> = {
    accept: 'application/x-ndjson',
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const post = async (path: string, body: string | null, signal: AbortSignal | null) =>
    await fetch(new URL(path, base), { method: 'POST', headers, body, signal })
  const unreachable = (cause: unknown): AftergreenError =>
    stop.aborted
      ? new AftergreenError('COMPARE_STOPPED', 'The comparison was stopped.')
      : new AftergreenError(
          'SERVER_UNREACHABLE',
          `No Aftergreen server answers at ${base.origin}, or it went away.`,
          { hint: 'Start one with "aftergreen serve", or name another with --server URL.', cause },
        )

  let response: Response
  try {
    response = await post('api/compare', JSON.stringify(request), stop)
  } catch (cause) {
    throw unreachable(cause)
  }
  const wrong = `it answered ${response.status} to api/compare`
  const isLines = response.headers.get('content-type')?.startsWith('application/x-ndjson') === true
  if (!response.ok || !isLines || response.body === null) {
    const content: unknown = await response.json().catch(() => undefined)
    throw told(content) ?? foreign(base, wrong)
  }
  let onFinish: (() => void) | undefined
  try {
    for await (const line of linesOf(response.body)) {
      const content = parsedJson(line)
      const error = told(content)
      if (error !== null) throw error
      if (!isLine(content)) throw foreign(base, wrong)
      if ('comparison' in content) return content.comparison
      if ('progress' in content) onProgress(content.progress)
      else {
        // what cannot be asked for is not had: the comparison then simply goes on
        onFinish = () => void post(`api/compare/${content.id}/finish`, null, stop).catch(() => {})
        if (finish.aborted) onFinish()
        else finish.addEventListener('abort', onFinish, { once: true })
      }
    }
  } catch (error) {
    throw error instanceof AftergreenError ? error : unreachable(error)
  } finally {
    if (onFinish !== undefined) finish.removeEventListener('abort', onFinish)
  }
  throw unreachable(undefined)
}

function isLine(content: unknown): content is Line {
  if (typeof content !== 'object' || content === null) return false
  return 'id' in content || 'progress' in content || 'comparison' in content
}
