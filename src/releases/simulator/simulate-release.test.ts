import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ColumnBatch } from '../../otlp/column-batch.ts'
import { decodeExport } from '../../otlp/decode-export.ts'
import { exportsOf } from './drill-releases.ts'
import { kindOf, numbersOf, planRelease } from './plan-release.ts'
import { type ReleasePlan, type SimulatedKind, shareAt, simulatedKinds } from './release-plan.ts'
import { operationsOf } from './shop.ts'
import { simulateMemory } from './simulate-memory.ts'
import { simulateTraffic, type SimulatedSpan } from './simulate-traffic.ts'

const seed = 3

function first(kind: SimulatedKind, as: (plan: ReleasePlan) => boolean = () => true): ReleasePlan {
  for (const number of numbersOf(seed, 60, [kind])) {
    const plan = planRelease(seed, number)
    if (as(plan)) return plan
  }
  throw new Error(`There is no such release of ${kind}.`)
}

const simulated = new Map<number, SimulatedSpan[]>()

function spansOf(plan: ReleasePlan): SimulatedSpan[] {
  const spans =
    simulated.get(plan.number) ?? [...simulateTraffic(plan)].flatMap(({ spans }) => spans)
  simulated.set(plan.number, spans)
  return spans
}

function digest(plan: ReleasePlan): string {
  const hash = createHash('sha256')
  for (const { signal, body } of exportsOf(plan)) {
    hash.update(body)
    // measurements come first; then the spans of some minutes are enough
    if (signal === 'traces') break
  }
  return hash.digest('hex')
}

test('of two hundred releases eighty are healthy and ten of every other kind, in an order of their own', () => {
  const kinds = numbersOf(seed, 200, simulatedKinds).map((number) => kindOf(seed, number))
  const counts = Map.groupBy(kinds, (kind) => kind)
  expect(counts.get('healthy')).toHaveLength(80)
  for (const kind of simulatedKinds.slice(1)) expect(counts.get(kind)).toHaveLength(10)
  expect(kinds.slice(0, 20)).not.toEqual(kinds.slice(20, 40))
  // a release is the same whatever else is asked for
  const leaks = numbersOf(seed, 3, ['leak'])
  expect(leaks.map((number) => kindOf(seed, number))).toEqual(['leak', 'leak', 'leak'])
})

test('the same seed and number give the same bytes, another number others', () => {
  const plan = first('crash')
  expect(digest(planRelease(seed, plan.number))).toBe(digest(plan))
  expect(digest(planRelease(seed, plan.number + 1))).not.toBe(digest(plan))
  // not only of another kind
  expect(planRelease(seed + 1, plan.number).rate).not.toBe(plan.rate)
})

test('the receiver takes every span and every measurement', () => {
  const plan = first('leak')
  let spans = 0
  for (const { signal, body, spans: sent } of exportsOf(plan)) {
    const outcome = decodeExport(signal, 'protobuf', body, new ColumnBatch(signal))
    expect(outcome).toMatchObject({ rejected: 0 })
    const points = signal === 'traces' ? sent : simulateMemory(plan).length
    expect(outcome.accepted).toBe(points)
    spans += sent
  }
  expect(spans).toBeGreaterThan(3000)
  expect(spans).toBeLessThan(40_000)
  expect(spans).toBe(spansOf(plan).length)
})

test('versions, ramps and instances are those of the plan', () => {
  const plan = first('healthy')
  const release = plan.releases[0]!
  const own = spansOf(plan).filter(
    ({ kind, origin }) => kind === 'server' && origin.service === release.service,
  )
  expect(new Set(own.map(({ name }) => name))).toEqual(new Set(operationsOf(release.service)))
  for (const { share } of release.ramp) {
    // of spans, since the start of a visit decides
    const some = own.filter(({ start }) => shareAt(release, start) === share)
    const candidates = some.filter(({ origin }) => origin.version === release.version).length
    expect(candidates / some.length).toBeCloseTo(share, share === 0.01 ? 1 : 0.9)
  }
  expect(new Set(own.map(({ origin }) => origin.instance)).size).toBe(2 * plan.instances)
  expect(own.every(({ start }) => start >= plan.from && start < plan.until + 60_000)).toBe(true)
})

/** Of the requests of an operation whose visit met a version of the released service: which share is as asked. */
function shareWhere(
  plan: ReleasePlan,
  [service, operation]: readonly [string, string],
  version: 'version' | 'baselineVersion',
  isBad: (span: SimulatedSpan, trace: readonly SimulatedSpan[]) => boolean,
): number {
  const release = plan.releases[0]!
  const traces = [...Map.groupBy(spansOf(plan), ({ traceId }) => traceId).values()]
  const hit = traces.filter((trace) =>
    trace.some(
      ({ origin, start }) =>
        origin.service === release.service &&
        origin.version === release[version] &&
        start >= release.start + plan.fault!.onset,
    ),
  )
  const of = hit.flatMap((trace) =>
    trace
      .filter((span) => span.kind === 'server')
      .filter((span) => span.origin.service === service && span.name === operation)
      .map((span) => isBad(span, trace)),
  )
  expect(of.length).toBeGreaterThan(40)
  return of.filter(Boolean).length / of.length
}

const failed = ({ failed }: SimulatedSpan): boolean => failed

test.each(['crash', 'late-onset'] as const)('%s: it fails as often as planned', (kind) => {
  const plan = first(kind)
  const { service, operation, probability } = plan.fault!
  const share = shareWhere(plan, [service, operation], 'version', failed)
  expect(Math.abs(share - probability)).toBeLessThan(0.1)
})

test('crash: the old version does not fail', () => {
  const plan = first('crash')
  const { service, operation } = plan.fault!
  const place = [service, operation] as const
  expect(shareWhere(plan, place, 'baselineVersion', failed)).toBeLessThan(0.05)
})

test('late-onset: nothing fails before', () => {
  const plan = first('late-onset')
  const onset = plan.releases[0]!.start + plan.fault!.onset
  const early = spansOf(plan).filter(({ start }) => start < onset)
  expect(early.filter(failed).length / early.length).toBeLessThan(0.03)
})

test('config-fault: both versions fail, and nobody did before', () => {
  const plan = first('config-fault')
  const { service, operation, probability } = plan.fault!
  for (const version of ['version', 'baselineVersion'] as const) {
    const share = shareWhere(plan, [service, operation], version, failed)
    expect(Math.abs(share - probability)).toBeLessThan(0.15)
  }
  const earlier = spansOf(plan).filter(({ start }) => start < plan.releases[0]!.start)
  expect(earlier.filter(failed).length / earlier.length).toBeLessThan(0.03)
})

test('wrong-value below: payment fails, and neither the released service nor its neighbour shows it', () => {
  const plan = first('wrong-value', ({ fault }) => fault?.effect === 'breaks-below')
  const { probability } = plan.fault!
  const at = (service: string, operation: string): number =>
    shareWhere(plan, [service, operation], 'version', failed)
  expect(Math.abs(at('payment', 'POST /charges') - probability)).toBeLessThan(0.1)
  expect(at('checkout', 'POST /orders')).toBeLessThan(0.05)
  expect(at('storefront', 'POST /orders')).toBeLessThan(0.05)
})

test('wrong-value above: the storefront fails where payment is new, and payment does not', () => {
  const plan = first('wrong-value', ({ fault }) => fault?.effect === 'breaks-above')
  const { service, operation, probability } = plan.fault!
  expect(shareWhere(plan, [service, operation], 'version', failed)).toBeLessThan(0.05)
  const share = shareWhere(plan, ['storefront', 'POST /orders'], 'version', failed)
  expect(Math.abs(share - probability)).toBeLessThan(0.1)
})

test('swallowed-error: the call fails and the answer does not', () => {
  const plan = first('swallowed-error')
  const { service, operation, callee, probability } = plan.fault!
  const place = [service, operation] as const
  expect(shareWhere(plan, place, 'version', failed)).toBeLessThan(0.05)
  const swallowed = shareWhere(plan, place, 'version', (span, trace) =>
    trace.some(
      ({ parentId, failed, attributes }) =>
        parentId === span.spanId && failed && attributes['server.address'] === callee,
    ),
  )
  expect(Math.abs(swallowed - probability)).toBeLessThan(0.12)
})

test('missing-call: as many requests as planned make no call', () => {
  const plan = first('missing-call')
  const { service, operation, callee, probability } = plan.fault!
  const silent = (version: 'version' | 'baselineVersion'): number =>
    shareWhere(
      plan,
      [service, operation],
      version,
      (span, trace) =>
        !trace.some(
          ({ parentId, attributes }) =>
            parentId === span.spanId && attributes['server.address'] === callee,
        ),
    )
  expect(Math.abs(silent('version') - probability)).toBeLessThan(0.1)
  expect(silent('baselineVersion')).toBe(0)
})

test('leak: memory of new instances goes on growing, that of fresh ones without a leak settles', () => {
  const grown = (plan: ReleasePlan): number => {
    const { service, version } = plan.releases[0]!
    const points = simulateMemory(plan).filter(
      ({ origin }) => origin.service === service && origin.version === version,
    )
    const last = points.filter(({ at }) => at >= plan.until - 5 * 60_000)
    const middle = points.filter(({ at }) => Math.abs(at - (plan.until - 15 * 60_000)) < 150_000)
    const mean = (some: typeof points): number =>
      some.reduce((sum, { value }) => sum + value, 0) / some.length
    return (mean(last) - mean(middle)) / 2 ** 20
  }
  expect(grown(first('leak'))).toBeGreaterThan(60)
  expect(Math.abs(grown(first('healthy')))).toBeLessThan(10)
})

test('telemetry-loss: nothing of what is lost arrives from then on, and the rest does', () => {
  const plan = first('telemetry-loss', ({ loss }) => loss?.of === 'candidate')
  const { service, version } = plan.releases[0]!
  const after = spansOf(plan).filter(({ start }) => start >= plan.loss!.at)
  expect(after.length).toBeGreaterThan(500)
  expect(after.some(({ origin }) => origin.version === version)).toBe(false)
  // the customers go on: their callers still show the calls
  expect(after.some(({ attributes }) => attributes['server.address'] === service)).toBe(true)
  const before = spansOf(plan).filter(({ start }) => start < plan.loss!.at)
  expect(before.some(({ origin }) => origin.version === version)).toBe(true)
})

test('instance-noise: one instance of either side is slow', () => {
  const plan = first('instance-noise')
  const { service } = plan.releases[0]!
  const own = spansOf(plan).filter(
    ({ kind, origin, start }) =>
      kind === 'server' && origin.service === service && start >= plan.releases[0]!.start,
  )
  const median = (isSlow: boolean, version: string): number => {
    const millis = own
      .filter(({ origin }) => origin.version === version)
      .filter(({ origin }) => origin.instance.endsWith('-0') === isSlow)
      .map(({ millis }) => millis)
      .toSorted((a, b) => a - b)
    return millis[Math.floor(millis.length / 2)]!
  }
  const { version, baselineVersion } = plan.releases[0]!
  for (const each of [version, baselineVersion])
    expect(median(true, each)).toBeGreaterThan(1.15 * median(false, each))
})

test('overlapping: two services are released, and one of them carries the fault', () => {
  const plan = first('overlapping')
  expect(plan.releases.map(({ service }) => service)).toContain(plan.fault!.service)
  expect(new Set(plan.releases.map(({ service }) => service)).size).toBe(2)
  expect(plan.releases[0]!.start).not.toBe(plan.releases[1]!.start)
})

test('mix-shift: one cohort is more frequent on one side or since the start', () => {
  const plan = first('mix-shift', ({ campaign }) => campaign !== undefined)
  const [[name, value] = ['', '']] = Object.entries(plan.campaign!.cohort)
  const share = (isAfter: boolean): number => {
    const some = spansOf(plan).filter(
      ({ kind, origin, start }) =>
        kind === 'server' && origin.service === 'router' && start >= plan.campaign!.at === isAfter,
    )
    return some.filter(({ attributes }) => attributes[name] === value).length / some.length
  }
  expect(share(true)).toBeGreaterThan(1.7 * share(false))
})
