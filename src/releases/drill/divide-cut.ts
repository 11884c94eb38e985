import { createHash } from 'node:crypto'
import type { Signal } from '../../signal.ts'
import { quotedText } from '../../store/sql-text.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import type { AlteredRows } from './altered-store.ts'
import { chooseInstances, sidesOf } from './assign-sides.ts'
import { type LoadedCut, placeboRelease } from './load-cut.ts'
import type { DrilledService } from './load-slots.ts'

/** A cut of which a part was taken for a new version, in whatever the store is asked about it. */
export interface DividedCut {
  by: 'traces' | 'instances'
  /** SQL condition over the spans of the service (`stored`): they are the candidate's. */
  isCandidate: string
  /** How its rows differ from what is stored. */
  altered: Partial<Record<Signal, AlteredRows>>
  recorded: RecordedRelease
  table: UnitTable
}

/** Shares of the traffic that a canary usually gets, one after the other. */
export const usualShares = [0.5, 0.25, 0.1] as const
/** Names that no version has. */
export const candidateName = 'the placebo'
const baselineName = 'beside the placebo'

export interface CutToDivide {
  service: DrilledService
  /** That answered in the cut; two are judged. */
  versions: readonly string[]
  loaded: LoadedCut
}

/**
 * Takes a part of a cut for the candidate's: whole instances where they are told apart, spans and metrics alike, or else
 * traces, which are nothing to metrics.
 * @param by which division is wanted
 * @returns null where instances are wanted and too few are known
 */
export function divideCut(
  { service, versions, loaded }: CutToDivide,
  by: DividedCut['by'],
  share: number,
  seed: number,
): DividedCut | null {
  const { table, instances, window } = loaded
  const taken = by === 'instances' ? chooseInstances(instances, share, seed) : null
  if (by === 'instances' && taken === null) return null
  const isCandidate =
    taken === null
      ? `${traceNumberSql(seed)} < ${Math.floor(share * 2 ** 32)}`
      : `stored.service_instance IN (${[...taken].map(quotedText).join(', ')})`
  const sides =
    taken === null
      ? Uint8Array.from(table.traceIds, (id) => (traceNumber(id, seed) < share * 2 ** 32 ? 1 : 0))
      : sidesOf(instances, taken)
  const versionSql = `if(${isOwn(service, versions)}, if(${isCandidate}, ${quotedText(candidateName)}, ${quotedText(baselineName)}), toString(stored.service_version))`
  const rows: AlteredRows = { columns: { service_version: versionSql } }
  const release = placeboRelease(service, window.from, [candidateName, baselineName])
  return {
    by,
    isCandidate: `${isOwn(service, versions)} AND ${isCandidate}`,
    altered: { traces: rows, ...(by === 'instances' && { metrics: rows }) },
    recorded: { release, candidateShare: null, origin: 'announced' },
    table: { ...table, candidate: sides },
  }
}

function isOwn({ service, environment }: DrilledService, versions: readonly string[]): string {
  const judged = versions.slice(0, 2).map(quotedText).join(', ')
  return `stored.service = ${quotedText(service)} AND stored.environment = ${quotedText(environment)}${judged === '' ? '' : ` AND stored.service_version IN (${judged})`}`
}

/** A number below 2^32 for each trace and seed, the same here and in the engine. */
function traceNumber(traceId: string, seed: number): number {
  return createHash('md5').update(`${traceId} ${seed}`).digest().readUInt32LE(0)
}

function traceNumberSql(seed: number): string {
  return `reinterpretAsUInt32(substring(MD5(concat(toString(stored.trace_id), ' ${seed}')), 1, 4))`
}
