import { clusterCoverage } from './checks/cluster-coverage.ts'
import { diskSpace } from './checks/disk-space.ts'
import { engineParts } from './checks/engine-parts.ts'
import { engineState } from './checks/engine-state.ts'
import { missingFigures } from './checks/missing-figures.ts'
import { refusedRequests } from './checks/refused-requests.ts'
import { releaseIdentity } from './checks/release-identity.ts'
import { resentRequests } from './checks/resent-requests.ts'
import { retentionState } from './checks/retention-state.ts'
import { senderClocks } from './checks/sender-clocks.ts'
import { spoolLag } from './checks/spool-lag.ts'
import { spoolRejected } from './checks/spool-rejected.ts'
import { telemetryArrives } from './checks/telemetry-arrives.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Figures } from './figures.ts'

/** Every check of a running server, in the order in which a person wants to know. */
export const checks: readonly ((figures: Figures) => Diagnosis[])[] = [
  engineState,
  clusterCoverage,
  telemetryArrives,
  spoolLag,
  spoolRejected,
  refusedRequests,
  resentRequests,
  engineParts,
  diskSpace,
  retentionState,
  senderClocks,
  releaseIdentity,
  missingFigures,
]
