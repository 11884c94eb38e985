import { latePart } from '../plan/late-part.ts'
import { edgesPart } from './edges/look-at-edges.ts'
import type { EvidencePart } from './evidence-part.ts'
import { metricsPart } from './metrics/look-at-metrics.ts'

/** Looked at in this order; of two descriptions of the same harm the earlier one is the finding. */
export const evidenceParts: readonly EvidencePart[] = [edgesPart, metricsPart, latePart]
