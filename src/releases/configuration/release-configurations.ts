import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import { inputName } from '../../config/snapshot/take-snapshot.ts'
import type { AttachedSnapshot, LedgerRecords } from '../ledger/ledger.ts'
import type { Release } from '../release.ts'
import { chooseSnapshots } from './choose-snapshots.ts'
import { noChanges, releaseChanges } from './release-changes.ts'
import type { DatedSnapshot, ReleaseChanges } from './release-changes.ts'

/** Releases whose changes are remembered; snapshots are large, and looks are frequent. */
const mostRemembered = 200

/** Tells what releases changed of their configuration, by the snapshots in a ledger. */
export class ReleaseConfigurations {
  readonly #ledger: Pick<LedgerRecords, 'attachedSnapshots' | 'snapshot'>
  /** By release id. */
  readonly #known = new Map<string, { key: string; changes: ReleaseChanges }>()

  constructor(ledger: Pick<LedgerRecords, 'attachedSnapshots' | 'snapshot'>) {
    this.#ledger = ledger
  }

  /**
   * @param releases all that are known
   * @param until what was attached later does not count, ms since 1970; left out, all does
   * @returns null where no snapshot is attached
   */
  async changesOf(
    release: Release,
    releases: readonly Release[],
    until = Infinity,
  ): Promise<ReleaseChanges | null> {
    const attached = (await this.#ledger.attachedSnapshots(release)).filter(
      ({ takenAt }) => Date.parse(takenAt) <= until,
    )
    const chosen = chooseSnapshots(attached, release, releases)
    if (chosen === null) return null
    const { own, before } = chosen
    const key = JSON.stringify([own, before].map((list) => list.map(({ sequence }) => sequence)))
    const known = this.#known.get(release.id)
    if (known?.key === key) return known.changes
    const changes = await this.#compare(chosen, releases)
    this.#known.delete(release.id)
    this.#known.set(release.id, { key, changes })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostRemembered) break
      this.#known.delete(oldest)
    }
    return changes
  }

  async #compare(
    { own, before, incomparable }: NonNullable<ReturnType<typeof chooseSnapshots>>,
    releases: readonly Release[],
  ): Promise<ReleaseChanges> {
    const mine: DatedSnapshot[] = []
    for (const one of own) {
      mine.push({ snapshot: await this.#ledger.snapshot(one.sequence), at: countsFrom(one) })
    }
    const last = mine.at(-1)!
    for (const one of before) {
      const snapshot = await this.#ledger.snapshot(one.sequence)
      if (one.service !== own[0]!.service && !isOfSameFiles(snapshot, last.snapshot)) continue
      const { releaseId, service, takenAt } = one
      const version = releases.find(({ id }) => id === releaseId)?.version ?? ''
      return releaseChanges(mine, { snapshot, of: { releaseId, service, version, takenAt } })
    }
    return noChanges(
      last,
      incomparable
        ? 'The earlier snapshots were made with another secret or of another environment, so that nothing can be compared. Use one AFTERGREEN_CONFIG_KEY for all releases of an environment.'
        : 'This is the first snapshot of the service in this environment: there is none to hold it against. The next release is compared with it.',
    )
  }
}

/** A clock that runs ahead does not move a change behind what it caused. */
const countsFrom = ({ takenAt, attachedAt }: AttachedSnapshot): string =>
  Date.parse(takenAt) <= Date.parse(attachedAt) ? takenAt : attachedAt

/** Snapshots of two services are of one repository where they share most inputs; else everything would seem changed. */
function isOfSameFiles(one: ConfigSnapshot, other: ConfigSnapshot): boolean {
  const names = new Set(one.inputs.map(inputName))
  const shared = other.inputs.filter((input) => names.has(inputName(input))).length
  return shared * 2 >= Math.max(1, Math.min(names.size, other.inputs.length))
}
