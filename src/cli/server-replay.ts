import { AftergreenError } from '../errors.ts'
import type { Replay, ReplayEvent, ReplayRequest } from '../releases/replay/replay.ts'
import { answeredLines, unreachable } from './answered-lines.ts'
import { serverAddress } from './api-client.ts'

export interface ServerReplayOptions {
  server: string
  token: string | undefined
  /** Aborted: the replay ends on the server, and what was heard of it is the answer. */
  finish: AbortSignal
  onEvent: (event: ReplayEvent) => void
}

/**
 * Lets a running server replay a release, and tells what happens.
 * @throws SERVER_UNREACHABLE, SERVER_ANSWER, COMPARE_STOPPED where nothing is known yet, and what the server answers
 */
export async function replayOnServer(
  id: string,
  { until, everySeconds }: ReplayRequest,
  { server, token, finish, onEvent }: ServerReplayOptions,
): Promise<Replay> {
  const base = serverAddress(server)
  const url = new URL(`api/releases/${encodeURIComponent(id)}/replay`, base)
  if (until !== undefined) url.searchParams.set('until', until)
  if (everySeconds !== undefined) url.searchParams.set('every', String(everySeconds))
  const known: { replay: Replay | null } = { replay: null }
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'application/x-ndjson',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal: finish,
    })
    for await (const content of answeredLines(base, response, 'a replay', isLine)) {
      if ('replay' in content) return content.replay
      hear(content, known)
      onEvent(content)
    }
  } catch (error) {
    if (error instanceof AftergreenError) throw error
    if (!finish.aborted) throw unreachable(base, error)
  }
  if (known.replay !== null && finish.aborted) return known.replay
  throw finish.aborted
    ? new AftergreenError('COMPARE_STOPPED', 'The replay was stopped before its first look.')
    : unreachable(base, undefined)
}

/** Keeps what is known so far, for a replay that does not come to its end. */
function hear(event: ReplayEvent, known: { replay: Replay | null }): void {
  if ('plan' in event) {
    const { plan, release } = event
    const nothing = { looks: 0, complete: false, caught: null, timeline: [], verdict: null }
    known.replay = { release, plan, ...nothing }
    return
  }
  const { replay } = known
  if (replay === null) return
  if ('progress' in event) {
    replay.looks = event.progress.look
    return
  }
  const { change, verdict } = event
  replay.timeline.push(change)
  replay.verdict = verdict
  replay.release = verdict.release
  replay.caught ??= event.caught
}

type Line = ReplayEvent | { replay: Replay }

function isLine(content: unknown): content is Line {
  if (typeof content !== 'object' || content === null) return false
  return ['plan', 'progress', 'change', 'replay'].some((name) => name in content)
}
