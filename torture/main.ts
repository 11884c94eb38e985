/**
 * Kills the server, the engine or both under the load of real SDK clients, stops the engine, makes it refuse, fills the
 * disk, and counts at the end: acknowledged = stored, none doubled. See `--help`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeReport } from './describe-report.ts'
import type { Plant } from './faulty-proxy.ts'
import { runTorture, type TortureOptions, type TortureReport } from './run-torture.ts'
import { runOnSmallDisk, smallDisk } from './small-disk.ts'

const help = `Usage: npm run torture -- [--kills 100] [--seed 1] [--rate 200] [--json] [--plant lose|double] [--self-check]

  --kills N      how often the server, the engine or both are killed with -9; after every fourth kill the engine is
                 stopped or refuses, or the disk is full
  --seed N       chooses what happens, and when
  --rate N       spans a second, and as many log records, of each of three senders
  --plant WHAT   breaks the promise on purpose between senders and server: must be reported as a failure
  --self-check   runs both plants briefly and says whether they were seen
  --json         one JSON document on standard output

Exit codes: 0 nothing lost or doubled, 1 something was, 2 not everything could be looked at, 64 wrong usage, 70 it failed
`

async function main(): Promise<number> {
  let values
  try {
    values = parseArgs({
      options: {
        kills: { type: 'string', default: '100' },
        seed: { type: 'string', default: '1' },
        rate: { type: 'string', default: '200' },
        plant: { type: 'string' },
        'self-check': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return wrongUsage(error instanceof Error ? error.message : String(error))
  }
  if (values.help) {
    console.log(help)
    return 0
  }
  const [count, seed, perSecond] = [values.kills, values.seed, values.rate].map(Number)
  if (!isWhole(count) || !isWhole(seed) || !isWhole(perSecond)) {
    return wrongUsage('--kills, --seed and --rate take whole numbers.')
  }
  const { plant } = values
  if (plant !== undefined && !isPlant(plant)) return wrongUsage('--plant takes lose or double.')

  const mountPoint =
    smallDisk() === undefined ? mkdtempSync(path.join(tmpdir(), 'aftergreen-torture-')) : undefined
  if (mountPoint !== undefined) {
    const code = runOnSmallDisk(mountPoint)
    rmSync(mountPoint, { recursive: true, force: true })
    if (code !== undefined) return code
  }
  const progress = (line: string): void => void process.stderr.write(`${line}\n`)
  const options = { kills: count, seed, perSecond, smallDisk: smallDisk(), progress }
  try {
    if (values['self-check']) return await selfCheck({ ...options, kills: 2 }, values.json)
    const report = await runTorture({ ...options, plant })
    console.log(values.json ? JSON.stringify(report) : describeReport(report))
    if (!report.isClean) return 1
    return report.notLookedAt.length > 0 ? 2 : 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 70
  }
}

/** A check that was never seen to fail is no evidence. */
async function selfCheck(options: Omit<TortureOptions, 'plant'>, json: boolean): Promise<number> {
  const reports: TortureReport[] = []
  for (const plant of ['lose', 'double'] as const) {
    options.progress(`Planted: ${plant}`)
    reports.push(await runTorture({ ...options, plant }))
  }
  const [lose, double] = reports
  const isSeen = [
    Object.values(lose!.counts).every(({ lost, doubled }) => lost > 0 && doubled === 0),
    Object.values(double!.counts).every(({ lost, doubled }) => lost === 0 && doubled > 0),
  ]
  const seen = isSeen.filter(Boolean).length
  if (json) console.log(JSON.stringify({ planted: 2, seen, reports }))
  else {
    for (const report of reports) console.log(`${report.plant}:\n${describeReport(report)}\n`)
    console.log(`${seen} of 2 planted faults were seen.`)
  }
  return seen === 2 ? 0 : 1
}

function wrongUsage(message: string): number {
  process.stderr.write(`${message}\n\n${help}`)
  return 64
}

const isWhole = (value: number | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

const isPlant = (text: string): text is Plant => text === 'lose' || text === 'double'

process.exitCode = await main()
