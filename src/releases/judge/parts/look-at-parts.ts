import type { Finding } from '../../verdict.ts'
import type { FindingUnits } from '../attribution/finding-units.ts'
import type { WatchState } from '../hypothesis.ts'
import type { EvidencePart, PartLook, PartSource } from './evidence-part.ts'

export interface PartsLook {
  /** By the part's name. */
  looks: Map<EvidencePart['name'], PartLook>
  state: WatchState
}

/** Begins to read what the parts need; what it returns looks at them. */
export function beginParts(
  parts: readonly EvidencePart[],
  source: PartSource,
): (findings: readonly Finding[], before: WatchState) => Promise<PartsLook> {
  const begun = parts.map((part) => ({ part, look: part.begin(source) }))
  return (findings, before) => lookAtParts(begun, findings, before, source.now)
}

interface BegunPart {
  part: EvidencePart
  look: ReturnType<EvidencePart['begin']>
}

/** Looks at every part, and remembers what alarmed: an alarm stays, however much is seen later. */
async function lookAtParts(
  parts: readonly BegunPart[],
  findingsBefore: readonly Finding[],
  before: WatchState,
  at: number,
): Promise<PartsLook> {
  const looks: PartsLook['looks'] = new Map()
  const now = new Date(at).toISOString()
  let state = before
  for (const { part, look: lookAt } of parts) {
    const memory = state.parts?.[part.name] ?? {}
    const found = [...findingsBefore, ...[...looks.values()].flatMap(({ findings }) => findings)]
    const look = await lookAt({ findings: found, memory })
    if (look === null) continue
    const findings = [...look.findings, ...lost(memory.alarm ?? [], look.findings)].map((finding) =>
      seenFirst(finding, state),
    )
    const alarm = look.isAlarmed ? findings : memory.alarm
    looks.set(part.name, { ...look, findings, isAlarmed: alarm !== undefined })
    state = {
      ...state,
      firstSeen: {
        ...Object.fromEntries(findings.map(({ id, evidence }) => [id, evidence.firstSeen])),
        ...state.firstSeen,
      },
      alarmedAt: state.alarmedAt ?? (look.isAlarmed ? now : null),
      parts: {
        ...state.parts,
        [part.name]: { ...look.memory, ...(alarm !== undefined && { alarm }) },
      },
    }
  }
  return { looks, state }
}

/** The units of a finding, from the part that found it. */
export async function partUnits(
  { looks }: PartsLook,
  finding: Finding,
): Promise<FindingUnits | null> {
  for (const { unitsOf } of looks.values()) {
    const units = await unitsOf?.(finding)
    if (units) return units
  }
  return null
}

const lost = (remembered: readonly Finding[], seen: readonly Finding[]): Finding[] =>
  remembered.filter(({ id }) => !seen.some((finding) => finding.id === id))

function seenFirst(finding: Finding, { firstSeen }: WatchState): Finding {
  const since = firstSeen[finding.id]
  return since === undefined
    ? finding
    : { ...finding, evidence: { ...finding.evidence, firstSeen: since } }
}
