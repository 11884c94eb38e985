import { unansweredPeers, type UnansweredPeer } from '../../signals/unanswered-peers.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import { type JudgeWindow, wholeSteps } from './judge-window.ts'
import type { LookSample } from './look-sample.ts'
import { sampleOf, withinStretches } from './units/unit-scope.ts'

/** Releases that are remembered; those that were asked for longest ago go first. */
const maxEntries = 1_000
const slices = 8
/** The end of the window is left out, at most this share of it, so that most looks see the same calls as the one before. */
const shareLeftOut = 1 / 8

/** The peers of each release at its last look: of the same calls they are the same. */
export class PeersCache {
  readonly #entries = new Map<string, { to: number; peers: readonly UnansweredPeer[] }>()

  async get(
    key: string,
    to: number,
    read: () => Promise<readonly UnansweredPeer[]>,
  ): Promise<readonly UnansweredPeer[]> {
    const known = this.#entries.get(key)
    this.#entries.delete(key)
    const peers = known?.to === to ? known.peers : await read()
    this.#entries.set(key, { to, peers })
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break
      this.#entries.delete(oldest)
    }
    return peers
  }
}

/**
 * Who is called by the candidate and sends no telemetry.
 * @param oneOf traces that the look reads: of so much traffic, a part of their calls is enough
 * @param sample of the look; left out, calls are picked out of all spans
 */
export async function peersAtLook(
  store: Store,
  { id, service, environment, version }: Release,
  window: JudgeWindow,
  oneOf: number,
  cache = new PeersCache(),
  sample?: LookSample,
): Promise<readonly UnansweredPeer[]> {
  const to = wholeSteps(window, shareLeftOut)
  return await cache.get(`${id} ${oneOf}`, to, () => {
    const { calls, answers } = slicesOf(window.from, to, Math.ceil(oneOf / 4))
    const scope = {
      store: sample?.known(oneOf, { from: window.from, to }) ?? store,
      service,
      environment,
      versions: [version],
      from: new Date(window.from).toISOString(),
      to: new Date(to).toISOString(),
      sample: `${sampleOf(oneOf)} AND ${calls}`,
    }
    return unansweredPeers(scope, { store, times: answers })
  })
}

/** An answer begins at most so long before or after its call, by clocks that differ. */
const answerMillis = 60_000

/**
 * Slices of time, evenly spread: most rows outside of them need not be read. Answers begin in them or near them.
 * @param oneOf how many times as much time there is as lies in slices
 */
export function slicesOf(
  from: number,
  to: number,
  oneOf: number,
): { calls: string; answers: string } {
  const period = Math.floor((to - from) / slices)
  const width = Math.floor(period / oneOf)
  const isAll = width === period || width === 0
  const near = (margin: number): string =>
    withinStretches(
      Array.from({ length: slices }, (_, i) => ({
        from: from + i * period - margin,
        to: from + i * period + width + margin,
      })),
    )
  return {
    calls: isAll ? '1' : near(0),
    answers: isAll || width + 2 * answerMillis >= period ? '1' : near(answerMillis),
  }
}
