import type { Store } from '../../src/store/store.ts'
import { compareRun, type RunOptions } from './compare-run.ts'
import type { EventOptions } from './fill-events.ts'
import { filledStore } from './filled-store.ts'
import { shopAttributes } from './shop-attributes.ts'
import { idleMemory, median } from './usage.ts'

/** One comparison by size: median of the runs. */
export interface CurvePoint {
  rows: number
  attributes: number
  seconds: number
  /** Of both processes. */
  cpu: number
  /** Of both processes above idle, bytes. */
  memory: number
}

export interface CurveOptions extends EventOptions {
  runs: number
  maxOrder: number
}

const sizes = [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000]
const attributeCounts = [10, 20, 40, 60]
/** Events of the curve by attributes, at most. */
const attributeRows = 1_000_000

/** Earlier and earlier ends of the same events. @param store that was filled with these options */
export async function curveByRows(
  store: Store,
  options: CurveOptions,
  say: (line: string) => void,
): Promise<CurvePoint[]> {
  const { rows, maxOrder } = options
  const asked = sizes
    .filter((size) => size <= rows)
    .map((size) => ({ share: size / rows, ignore: [], maxOrder }))
  return await points(store, options, asked, say)
}

/** Some of 60 attributes left out. */
export async function curveByAttributes(
  options: CurveOptions,
  keep: boolean,
  say: (line: string) => void,
): Promise<CurvePoint[]> {
  const attributes = shopAttributes(Math.max(...attributeCounts))
  const few = { ...options, rows: Math.min(options.rows, attributeRows), attributes }
  const asked = attributeCounts.map((count) => {
    const ignore = attributes.slice(count).map(({ key }) => key)
    return { share: 1, ignore, maxOrder: options.maxOrder }
  })
  const filled = await filledStore(few, keep, say)
  try {
    return await points(filled.store, few, asked, say)
  } finally {
    await filled.close()
  }
}

async function points(
  store: Store,
  { rows, attributes, runs }: CurveOptions,
  asked: readonly RunOptions[],
  say: (line: string) => void,
): Promise<CurvePoint[]> {
  const { pid } = store.health().engine
  if (pid === undefined) throw new Error('the engine is not running')
  const found: CurvePoint[] = []
  for (const one of asked) {
    const idle = idleMemory(pid)
    const made = []
    for (let run = 0; run < runs; run++)
      made.push((await compareRun(store, pid, one, { stages: false })).usage)
    const memory = made.map(
      ({ nodePeak, enginePeak }) => nodePeak - idle.node + enginePeak - idle.engine,
    )
    const point = {
      rows: Math.round(rows * one.share),
      attributes: attributes.length - one.ignore.length,
      seconds: median(made.map(({ seconds }) => seconds)),
      cpu: median(made.map(({ nodeCpu, engineCpu }) => nodeCpu + engineCpu)),
      memory: Math.max(...memory),
    }
    say(`${point.rows} events, ${point.attributes} attributes: ${point.seconds.toFixed(2)} s`)
    found.push(point)
  }
  return found
}
