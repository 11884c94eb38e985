/**
 * How long the judge takes to look at releases: the first look, looks with a minute of new data, against stored history and
 * against new data, and many releases in turn. Events are spans: a quarter entry spans with 20 attributes, the rest calls.
 * Before each look that is measured, the engine's merges of what was filled in are waited for, two minutes at most.
 *
 *   node bench/judge.ts [--events 10000000] [--hours 12] [--attributes 20] [--releases 50] [--seed 1]
 *     [--only curve,new,many,stages] [--plant cohorts|none] [--json]
 *
 * Exit code: 0, 64 for wrong usage, 70 when it failed.
 */
import { parseArgs } from 'node:util'
import { shopAttributes } from './cohorts/shop-attributes.ts'
import { commandLine } from './command-line.ts'
import { measured, median, type Usage } from './cohorts/usage.ts'
import { calculations } from './judge/calculations.ts'
import { type Stage, staged } from './judge/stages.ts'
import { WatchedStore } from './judge/watched-store.ts'

const usage = `usage: node bench/judge.ts [--events 10000000] [--hours 12] [--attributes 20] [--releases 50] [--seed 1]
  [--only curve,new,many,stages] [--plant cohorts|none] [--json]
  --events    spans of one release in its windows, a fifth of them before it; and of all releases together with \`many\`
  --hours     how long the release has been watched
  --only      what is measured
`
const parts = ['curve', 'new', 'many', 'stages'] as const

interface Look {
  /** Spans in the release's windows, and units that were looked at. */
  events: number
  units: number
  /** Minutes of data that no look had seen. */
  newMinutes: number
  usage: Usage
}

interface Figures {
  events: number
  hours: number
  /** `minute`: the median of five; `slowest`: of these, at which more was due. */
  curve: { first: Look; minute: Look; slowest: Look }[]
  byNewData: Look[]
  stages: { first: Stage[]; minute: Stage[]; calculations: Stage[] } | null
  many: {
    releases: number
    events: number
    first: number
    seconds: number
    looksAMinute: number
    keptMegabytes: number
  } | null
}

const { atLeast, read, wrongUsage } = commandLine(usage)
const values = readOptions()
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const events = atLeast('events', values.events, 4_000)
const hours = atLeast('hours', values.hours, 1)
const releases = atLeast('releases', values.releases, 1)
const options = {
  attributes: shopAttributes(atLeast('attributes', values.attributes, 10)),
  isPlanted: values.plant !== 'none',
  seed: atLeast('seed', values.seed, 0),
}
const wanted = new Set(values.only.split(','))
for (const part of wanted) {
  if (!parts.some((known) => known === part)) wrongUsage(`--only takes ${parts.join(', ')}`)
}

try {
  const isOne = parts.some((part) => part !== 'many' && wanted.has(part))
  const one = isOne ? await oneRelease() : { curve: [], byNewData: [], stages: null }
  const figures: Figures = {
    events,
    hours,
    ...one,
    many: wanted.has('many') ? await manyReleases() : null,
  }
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else print(figures)
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 70
}

/** The release grows to its full length; at each size it is looked at afresh, and then with a minute more, five times. */
async function oneRelease(): Promise<Pick<Figures, 'curve' | 'byNewData' | 'stages'>> {
  const watched = await WatchedStore.open(options, say)
  try {
    const pid = watched.store.health().engine.pid!
    const service = 'checkout'
    const before = Math.round(events / 5)
    const minutes = hours * 60
    const perMinute = (events - before) / minutes
    await watched.fill(service, -Math.round(minutes / 4), 0, before)
    let at = 0
    const fillTo = async (minute: number): Promise<void> => {
      await watched.fill(service, at, minute, Math.round(perMinute * (minute - at)))
      at = minute
    }
    const look = async (newMinutes: number): Promise<Look> => {
      await watched.settle()
      const { answer, usage: taken } = await measured(pid, () => watched.look(service, at), false)
      const { units } = answer.evidence.searched
      return { events: Math.round(before + perMinute * at), units, newMinutes, usage: taken }
    }
    const curve: Figures['curve'] = []
    const sizes = wanted.has('curve') ? [1 / 8, 1 / 4, 1 / 2, 1] : [1]
    for (const size of sizes) {
      // the last minutes are filled look by look
      await fillTo(Math.max(at + 1, Math.floor(minutes * size) - 5))
      watched.forget()
      const first = await look(at)
      const later: Look[] = []
      for (let i = 0; i < 5; i++) {
        await fillTo(at + 1)
        later.push(await look(1))
      }
      const bySeconds = later.toSorted((a, b) => a.usage.seconds - b.usage.seconds)
      const [minute, slowest] = [bySeconds[2]!, bySeconds[4]!]
      curve.push({ first, minute, slowest })
      say(
        `${first.events} events: first look ${first.usage.seconds.toFixed(2)} s, a minute more ${minute.usage.seconds.toFixed(2)} s`,
      )
    }
    const byNewData: Look[] = []
    for (const step of wanted.has('new') ? [1, 3, 10, 30] : []) {
      await fillTo(at + step)
      byNewData.push(await look(step))
    }
    if (!wanted.has('stages')) return { curve, byNewData, stages: null }
    watched.forget()
    const first = staged(watched.store)
    await watched.settle()
    await watched.look(service, at, first.store)
    await fillTo(at + 1)
    const minute = staged(watched.store)
    await watched.settle()
    await watched.look(service, at, minute.store)
    const steps = await calculations(watched, service, at)
    return {
      curve,
      byNewData,
      stages: { first: first.stages(), minute: minute.stages(), calculations: steps },
    }
  } finally {
    await watched.close()
  }
}

/** Releases of as many services, looked at in turn after a minute more of data for each. */
async function manyReleases(): Promise<NonNullable<Figures['many']>> {
  const watched = await WatchedStore.open(options, say)
  try {
    const each = events / releases
    const minutes = hours * 60
    const services = Array.from({ length: releases }, (_, i) => `service-${i}`)
    const round = async (at: number): Promise<number> => {
      await watched.settle()
      const started = performance.now()
      for (const service of services) await watched.look(service, at)
      return (performance.now() - started) / 1000
    }
    for (const service of services) {
      await watched.fill(service, -Math.round(minutes / 4), 0, Math.round(each / 5))
      await watched.fill(service, 0, minutes, Math.round((each * 4) / 5))
    }
    say(`${releases} releases filled`)
    const first = await round(minutes)
    const rounds: number[] = []
    for (let at = minutes; at < minutes + 3; at++) {
      for (const service of services)
        await watched.fill(service, at, at + 1, Math.round((each * 4) / 5 / minutes))
      rounds.push(await round(at + 1))
    }
    const seconds = median(rounds)
    return {
      releases,
      events,
      first,
      seconds,
      looksAMinute: (60 * releases) / seconds,
      keptMegabytes: Math.round(watched.keptBytes / 1e6),
    }
  } finally {
    await watched.close()
  }
}

function print({ curve, byNewData, stages, many }: Figures): void {
  const line = (text: string): void => void process.stdout.write(`${text}\n`)
  const look = ({ events: stored, units, usage: taken }: Look): string =>
    `${stored.toLocaleString('en-US').padStart(12)} events ${units.toLocaleString('en-US').padStart(9)} units ` +
    `${taken.seconds.toFixed(2).padStart(7)} s (CPU: judge ${taken.nodeCpu.toFixed(2)}, engine ${taken.engineCpu.toFixed(2)})`
  if (curve.length > 0) line('first look, all of it new')
  for (const { first } of curve) line(look(first))
  if (curve.length > 0) line('a minute more (median of 5)')
  for (const { minute } of curve) line(look(minute))
  if (curve.length > 0) line('a minute more (slowest of 5)')
  for (const { slowest } of curve) line(look(slowest))
  if (byNewData.length > 0) line('by new data')
  for (const one of byNewData) line(`${look(one)}, ${one.newMinutes} min new`)
  for (const [title, list] of Object.entries(stages ?? {})) {
    line(`stages: ${title}`)
    for (const { name, seconds, questions } of list) {
      const asked = questions === 0 ? '' : `, ${questions} questions`
      line(`  ${name.padEnd(28)} ${seconds.toFixed(3)} s${asked}`)
    }
  }
  if (many !== null) {
    line(
      `${many.releases} releases with ${many.events.toLocaleString('en-US')} events together: first round ${many.first.toFixed(1)} s; ` +
        `with a minute more each ${many.seconds.toFixed(1)} s, ${Math.round(many.looksAMinute)} looks a minute; ${many.keptMegabytes} MB kept`,
    )
  }
}

function readOptions() {
  const parse = () =>
    parseArgs({
      options: {
        events: { type: 'string', default: '10000000' },
        hours: { type: 'string', default: '12' },
        attributes: { type: 'string', default: '20' },
        releases: { type: 'string', default: '50' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string', default: parts.join(',') },
        plant: { type: 'string', default: 'cohorts' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  return read(parse)
}
