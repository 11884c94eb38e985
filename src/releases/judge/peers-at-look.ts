import { unansweredPeers, type UnansweredPeer } from '../../signals/unanswered-peers.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import { type JudgeWindow, wholeSteps } from './judge-window.ts'

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
 * @param oneOf of so much traffic one part is enough
 */
export async function peersAtLook(
  store: Store,
  { id, service, environment, version }: Release,
  window: JudgeWindow,
  oneOf: number,
  cache = new PeersCache(),
): Promise<readonly UnansweredPeer[]> {
  const to = wholeSteps(window, shareLeftOut)
  return await cache.get(`${id} ${oneOf}`, to, () => {
    const sample = slicesOf(window.from, to, oneOf)
    const scope = {
      store,
      service,
      environment,
      versions: [version],
      from: new Date(window.from).toISOString(),
      to: new Date(to).toISOString(),
      sample: sample.calls,
    }
    return unansweredPeers(scope, sample.answers)
  })
}

/** An answer begins at most so long before or after its call, by clocks that differ. */
const answerMillis = 60_000

/** Slices of time, evenly spread: most rows outside of them need not be read. Answers may lie in the slices beside them. */
export function slicesOf(
  from: number,
  to: number,
  oneOf: number,
): { calls: string; answers: string } {
  if (oneOf === 1) return { calls: '1', answers: '1' }
  const width = Math.max(1, Math.floor((to - from) / (slices * oneOf)))
  const calls = (later: number): string =>
    `intDiv(toUnixTimestamp64Milli(time) - ${from + later}, ${width}) % ${oneOf} = 0`
  const sides = [0, -width, width].map((later) => `(${calls(later)})`)
  return { calls: calls(0), answers: width < answerMillis ? '1' : `(${sides.join(' OR ')})` }
}
