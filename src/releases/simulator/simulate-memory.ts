import { createRandom } from '../../stats/random.ts'
import { faultyRelease, type ReleasePlan } from './release-plan.ts'
import { type Instance, isLost } from './simulate-traffic.ts'

/** One measurement of an instance. */
export interface GaugePoint {
  origin: Instance
  /** When the instance started, and when it was measured; ms since 1970. */
  start: number
  at: number
  value: number
}

const minute = 60_000
const megabyte = 2 ** 20
const settledMegabytes = 180
/** Of a fresh instance, and how long it takes to settle. */
const freshMegabytes = 110
const warmUpMinutes = 3
/** Standard deviation of a measurement, MB. */
const noise = 3
/** Growth of a leak, MB a minute. */
const leakPerMinute = 9

/**
 * `process.memory.usage` of every instance, once a minute. A fresh instance grows until it has settled; one that leaks goes
 * on. Instances of the old version end when the new one gets everything.
 */
export function simulateMemory(plan: ReleasePlan): GaugePoint[] {
  const random = createRandom(plan.seed * 888_887 + plan.number * 13 + 11)
  const points: GaugePoint[] = []
  for (const service of plan.services) {
    const release = plan.releases.find((each) => each.service === service)
    const long = plan.from - (100 + random.integer(1000)) * minute
    const whole = release?.ramp.find(({ share }) => share === 1)
    const replaced =
      release === undefined || whole === undefined ? plan.until : release.start + whole.at
    const versions =
      release === undefined
        ? [{ version: '1.0.0', start: long, end: plan.until }]
        : [
            { version: release.baselineVersion, start: long, end: replaced },
            { version: release.version, start: release.start, end: plan.until },
          ]
    for (const { version, start, end } of versions) {
      const leaks =
        plan.fault?.effect === 'leaks' &&
        faultyRelease(plan) === release &&
        version === release?.version
      for (let number = 0; number < plan.instances; number++) {
        const instance =
          release === undefined ? `${service}-${number}` : `${service}-${version}-${number}`
        const origin: Instance = { service, version, instance }
        const level = settledMegabytes * (1 + random.normal(0, 0.03))
        for (let at = Math.max(start, plan.from); at < end; at += minute) {
          const age = (at - start) / minute
          const settled = level - (level - freshMegabytes) * Math.exp(-age / warmUpMinutes)
          const value = settled + (leaks ? leakPerMinute * age : 0) + random.normal(0, noise)
          if (!isLost(plan, origin, at)) points.push({ origin, start, at, value: value * megabyte })
        }
      }
    }
  }
  return points
}
