import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'

import { type PlantedBug, plantedBugs } from '../../releases/simulator/planted-bugs.ts'
import {
  kindWords,
  type SimulatedKind,
  simulatedKinds,
} from '../../releases/simulator/release-plan.ts'
import { parseWholeNumber } from '../parse-option.ts'
import type { OpenDrilledServer } from '../drilled-server.ts'
import type { Terminal } from '../terminal.ts'

interface DrillReleasesFlags {
  count: number
  seed: number
  kinds?: readonly SimulatedKind[]
  only?: number
  servers: number
  plantBug?: PlantedBug
  keep?: true
  json?: true
}

const mostReleases = 10_000
const kindLines = simulatedKinds
  .slice(1)
  .map((kind) => `  ${kind.padEnd(16)} ${kindWords[kind]}`)
  .join('\n')

export function drillReleasesCommand(terminal: Terminal): Command {
  return new Command('releases')
    .description('whole simulated releases, with a known fault or none: which are rolled back?')
    .option('--count <n>', 'releases', parseCount, 200)
    .option('--seed <n>', 'of everything that is simulated', parseWholeNumber, 1)
    .option(
      '--kinds <names>',
      'only releases of these kinds; several with commas (default: all)',
      parseKinds,
    )
    .option('--only <k>', 'the k-th release of the seed alone', parseCount)
    .addOption(
      new Option(
        '--plant-bug <name>',
        'break the judge, to see that the drill notices: swapped (old and new version exchanged) or peeking (a test at the 5 % level at every look)',
      ).choices(plantedBugs),
    )
    .option(
      '--servers <n>',
      'servers that judge side by side, some 800 MB of memory each',
      parseServers,
      2,
    )
    .option('--keep', 'keep the data of the private servers, and say where')
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      `
Starts servers of its own on loopback with temporary folders, sends the telemetry of each release to one, records the
release as one that has happened, and replays it look by look. Of twenty releases eight are healthy, and each of the
other kinds occurs once:
${kindLines}
Same seed, same telemetry. docs/drill-releases.md says how it is scored.

Examples:
  aftergreen drill releases --seed 1 --count 200
  aftergreen drill releases --kinds crash,leak --count 10
  aftergreen drill releases --seed 1 --only 17 --keep
  aftergreen drill releases --count 20 --plant-bug peeking     must end with exit code 1

Exit codes:
  0   every bar holds
  1   a bar does not hold
  2   not every release was looked at, or there was nothing to measure
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: DrillReleasesFlags) => {
      process.exitCode = await drill(flags, terminal)
    })
}

async function drill(flags: DrillReleasesFlags, terminal: Terminal): Promise<number> {
  const [
    { drillReleases },
    { numbersOf },
    { summarizeReleases },
    { renderReleaseDrill },
    { stopTwice },
    { progressLine },
  ] = await Promise.all([
    import('../../releases/simulator/drill-releases.ts'),
    import('../../releases/simulator/plan-release.ts'),
    import('../../releases/simulator/summarize-releases.ts'),
    import('../render-release-drill.ts'),
    import('../stop-twice.ts'),
    import('../release-drill-progress.ts'),
  ])
  const { seed, count, kinds = simulatedKinds, only, plantBug: bug } = flags
  const numbers = only === undefined ? numbersOf(seed, count, kinds) : [only]
  const signals = stopTwice(() => terminal.note('Stopping after this release.'))
  const most = Math.min(flags.servers, numbers.length)
  const servers = await serversFor(bug, most, terminal, flags.keep === true)
  const begun = performance.now()
  const done = new Set<number>()
  try {
    const scores = await drillReleases(
      { seed, numbers, ...(bug !== undefined && { bug }) },
      servers,
      {
        stop: signals.finish,
        onScore: (score, seconds) => {
          done.add(score.number)
          terminal.note(progressLine(score, seconds, [done.size, numbers.length]))
        },
      },
    )
    const complete = done.size === numbers.length
    const summary = summarizeReleases(scores)
    const seconds = Math.round((performance.now() - begun) / 1000)
    const drilled = { seed, releases: done.size, of: numbers.length, complete, seconds }
    const { colour, width } = terminal
    terminal.say(
      flags.json
        ? JSON.stringify({ ...drilled, plantedBug: bug ?? null, ...summary, scores }, null, 2)
        : renderReleaseDrill(drilled, summary, { colour: colour.out, width }),
    )
    if (summary.bars.some(({ holds }) => holds === false)) return 1
    return complete && summary.bars.some(({ holds }) => holds === true) ? 0 : 2
  } finally {
    await Promise.all(servers.map((server) => server.close()))
    signals.release()
  }
}

/** Private servers; a judge that only pretends needs none. */
async function serversFor(
  bug: PlantedBug | undefined,
  count: number,
  terminal: Terminal,
  keep: boolean,
): Promise<OpenDrilledServer[]> {
  const { drilledServer, noServer } = await import('../drilled-server.ts')
  if (bug === 'peeking') return [noServer]
  const one = async (): Promise<OpenDrilledServer> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-drill-'))
    const forget = async (): Promise<void> => {
      if (keep) return terminal.note(`The data is in ${folder}: aftergreen serve --data ${folder}`)
      await rm(folder, { recursive: true, force: true })
    }
    try {
      const server = await drilledServer(folder)
      const close = async (): Promise<void> => {
        await server.close()
        await forget()
      }
      return { ...server, close }
    } catch (error) {
      await forget()
      throw error
    }
  }
  const opened = await Promise.allSettled(Array.from({ length: count }, one))
  const servers = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = opened.find((each) => each.status === 'rejected')
  if (failed === undefined) return servers
  await Promise.all(servers.map((server) => server.close()))
  throw failed.reason
}

function parseServers(text: string): number {
  const value = parseWholeNumber(text)
  if (value >= 1 && value <= 8) return value
  throw new InvalidArgumentError('Give a whole number from 1 to 8.')
}

function parseCount(text: string): number {
  const value = parseWholeNumber(text)
  if (value >= 1 && value <= mostReleases) return value
  throw new InvalidArgumentError(`Give a whole number from 1 to ${mostReleases}.`)
}

function parseKinds(text: string): SimulatedKind[] {
  const names = new Set(text.split(','))
  const chosen = simulatedKinds.filter((kind) => names.has(kind))
  if (chosen.length === names.size) return chosen
  throw new InvalidArgumentError(`Give some of ${simulatedKinds.join(', ')}, with commas.`)
}
