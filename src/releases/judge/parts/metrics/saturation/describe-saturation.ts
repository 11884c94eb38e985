import { createHash } from 'node:crypto'
import type { Release } from '../../../../release.ts'
import type { BlindSpot, Finding } from '../../../../verdict.ts'
import { count, duration, percent, times } from '../../../numbers-in-words.ts'
import { type GaugeTable, isPressure } from './gauge-table.ts'
import type { SaturationClaim, SaturationJudgement } from './judge-saturation.ts'

export function saturationFinding(claim: SaturationClaim, release: Release, now: string): Finding {
  const { measure, kind, p } = claim
  const severity = claim.isAlarm ? 'critical' : isPressure(measure.name) ? 'major' : 'minor'
  const hour = 3_600_000 / (claim.age / 2)
  return {
    id: createHash('sha256').update(`metrics|${kind}|${measure.label}`).digest('hex').slice(0, 10),
    kind: 'saturation',
    severity,
    title: kind === 'slope' ? slopeTitle(claim, release) : levelTitle(claim, release),
    cohort: [{ attribute: 'metric', op: '=', value: measure.label }],
    effect:
      kind === 'slope'
        ? {
            measure: `growth of ${measure.label} an hour`,
            baseline: claim.growth.baseline * hour,
            candidate: claim.growth.candidate * hour,
            ratio: null,
            low: null,
            high: null,
            unit: 'fraction',
          }
        : {
            measure: `${measure.label}, of the baseline's median`,
            baseline: 1,
            candidate:
              claim.level.baseline === 0 ? null : claim.level.candidate / claim.level.baseline,
            ratio: claim.level.baseline === 0 ? null : claim.level.candidate / claim.level.baseline,
            low: null,
            high: null,
            unit: 'fraction',
          },
    evidence: {
      // a p-value as an e-value, at the usual price (Vovk & Wang, arXiv 1912.06116, section 2: 1/2 p^(-1/2))
      eValue: 0.5 / Math.sqrt(p),
      baselineCount: claim.stretches.baseline,
      candidateCount: claim.stretches.candidate,
      firstSeen: now,
      exemplars: [],
    },
    explains: [],
  }
}

function slopeTitle(claim: SaturationClaim, { service, version }: Release): string {
  const { measure, age, growth, processes, isSameAge } = claim
  const half = duration(age / 2000)
  const against = isSameAge
    ? `${percentSigned(growth.baseline)} in processes of the baseline of the same age`
    : `${percentSigned(growth.baseline)} in those of the baseline`
  const sure = isSameAge
    ? ''
    : '; how the baseline grew at that age was not seen, so it may still be warming up'
  return `${measure.label} of ${service} ${version} goes on growing: ${percentSigned(growth.candidate)} in ${half}, now ${amount(claim.level.candidate, measure.unit)}, against ${against} (${processesWords(processes.candidate)} aged up to ${duration(age / 1000)}${sure}).`
}

function levelTitle(claim: SaturationClaim, { service, version }: Release): string {
  const { measure, level, processes, isSameAge } = claim
  const ratio = level.baseline === 0 ? '' : `${times(level.candidate / level.baseline)} times `
  return `${measure.label} of ${service} ${version} is ${ratio}higher: ${amount(level.candidate, measure.unit)} in ${processesWords(processes.candidate)}, against ${amount(level.baseline, measure.unit)} in ${processes.baseline} of the baseline${isSameAge ? ' of the same age' : ''}.`
}

export function saturationSpots(judged: SaturationJudgement, table: GaugeTable): BlindSpot[] {
  const { told, age, processes, firstAge } = judged
  const all = count(table.measures.length, 'gauge')
  const cut =
    table.cut > 0
      ? ` ${table.cut.toLocaleString('en-US')} more series of gauges were not read.`
      : ''
  if (age === null) {
    return [
      {
        kind: 'search-limit',
        subject: 'growth of memory, handles and queues',
        title: `No leak could have been seen yet: slopes take processes of the candidate that are ${duration(firstAge / 1000)} old`,
        detail: `${all} of ${processesWords(processes.candidate)} were read. A leak is a slope that goes on, and a process that has just begun grows anyway.${cut}`,
      },
    ]
  }
  const spots: BlindSpot[] = [
    {
      kind: 'search-limit',
      subject: 'growth of memory, handles and queues',
      title: `A leak that adds less than 5 % in ${duration(age / 2000)} may go unnoticed`,
      detail: `${count(told.measures, 'gauge')} of ${processesWords(processes.candidate)} and ${processes.baseline.toLocaleString('en-US')} of the baseline were followed to the age of ${duration(age / 1000)}; of ${told.slopes.toLocaleString('en-US')} the observations are enough to tell a slope from chance.${cut}`,
    },
  ]
  if (told.levels < told.measures) {
    spots.push({
      kind: 'search-limit',
      subject: 'levels of memory, handles and queues',
      title: `Of ${count(told.measures - told.levels, 'gauge')} no level, however high, could be told from chance`,
      detail: `A level counts once for each process, and there are ${processes.candidate.toLocaleString('en-US')} of the candidate against ${processes.baseline.toLocaleString('en-US')} of the baseline; about ten of each are needed.`,
    })
  }
  return spots
}

const processesWords = (n: number): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? 'process' : 'processes'}`

function percentSigned(share: number): string {
  if (Math.abs(share) < 0.0005) return '0 %'
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`
}

function amount(value: number, unit: string): string {
  if (unit === 'By') {
    const power = value >= 2 ** 30 ? 3 : value >= 2 ** 20 ? 2 : value >= 1024 ? 1 : 0
    return `${Number((value / 1024 ** power).toPrecision(3))} ${['bytes', 'KiB', 'MiB', 'GiB'][power]!}`
  }
  const shown = Number(value.toPrecision(3)).toLocaleString('en-US')
  return unit === '' || unit === '1' || unit.startsWith('{') ? shown : `${shown} ${unit}`
}
