import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import { AftergreenError } from '../../errors.ts'
import type { LedgerRecords } from '../ledger/ledger.ts'
import type { Release } from '../release.ts'
import type { AttachedConfiguration } from './release-configuration.ts'
import { shownConfiguration } from './release-changes.ts'
import { ReleaseConfigurations } from './release-configurations.ts'

/**
 * Keeps a snapshot with a release, and tells what the release has changed.
 * @throws CONFIG_SNAPSHOT where it is of another environment
 */
export async function attachConfiguration(
  ledger: Pick<LedgerRecords, 'releases' | 'attachSnapshot' | 'attachedSnapshots' | 'snapshot'>,
  release: Release,
  snapshot: ConfigSnapshot,
): Promise<AttachedConfiguration> {
  const { environment } = release
  if (environment !== '' && environment !== snapshot.environment) {
    throw new AftergreenError(
      'CONFIG_SNAPSHOT',
      `The snapshot is of ${snapshot.environment}, and the release in ${environment}.`,
      { hint: `Name it as the telemetry does: --environment ${environment}=FILE[,FILE]` },
    )
  }
  const added = await ledger.attachSnapshot(release, snapshot)
  const releases = (await ledger.releases()).map((recorded) => recorded.release)
  const changes = await new ReleaseConfigurations(ledger).changesOf(release, releases)
  if (changes === null) throw new Error('the snapshot that was attached is not there')
  return {
    releaseId: release.id,
    digest: snapshot.digest,
    inputs: snapshot.inputs.length,
    added,
    configuration: shownConfiguration(changes),
  }
}
