import { AftergreenError } from '../errors.ts'
import type {
  DrillProgress,
  DrillReport,
  DrillRequest,
  SelfCheckRun,
} from '../releases/drill/self-check.ts'
import { answeredLines, unreachable } from './answered-lines.ts'
import { serverAddress } from './api-client.ts'

export interface ServerDrillOptions {
  server: string
  token: string | undefined
  /** Aborted: the drill ends on the server, and the services that were done are the answer. */
  finish: AbortSignal
  onProgress: (progress: DrillProgress) => void
}

type Line = { progress: DrillProgress } | { run: SelfCheckRun } | { report: DrillReport }

/**
 * Lets a running server drill the judge on the past of its services.
 * @throws SERVER_UNREACHABLE, SERVER_ANSWER, COMPARE_STOPPED where nothing is known yet, and what the server answers
 */
export async function drillOnServer(
  { since, ...request }: DrillRequest,
  { server, token, finish, onProgress }: ServerDrillOptions,
): Promise<DrillReport> {
  const base = serverAddress(server)
  const runs: SelfCheckRun[] = []
  try {
    const response = await fetch(new URL('api/self-check/drills', base), {
      method: 'POST',
      headers: {
        accept: 'application/x-ndjson',
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ ...request, since: new Date(since).toISOString() }),
      signal: finish,
    })
    for await (const content of answeredLines(base, response, 'a drill', isLine)) {
      if ('report' in content) return content.report
      if ('run' in content) runs.push(content.run)
      else onProgress(content.progress)
    }
  } catch (error) {
    if (error instanceof AftergreenError) throw error
    if (!finish.aborted) throw unreachable(base, error)
  }
  if (!finish.aborted) throw unreachable(base, undefined)
  if (runs.length > 0) return { runs, skipped: [], complete: false }
  throw new AftergreenError('COMPARE_STOPPED', 'The drill was stopped before a service was done.')
}

function isLine(content: unknown): content is Line {
  if (typeof content !== 'object' || content === null) return false
  return ['progress', 'run', 'report'].some((name) => name in content)
}
