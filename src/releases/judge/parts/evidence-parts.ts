import type { EvidencePart } from './evidence-part.ts'

/** Looked at in this order; of two descriptions of the same harm the earlier one is the finding. */
export const evidenceParts: readonly EvidencePart[] = []
