import { Command, Option } from 'commander'

import type { ConfigSnapshot } from '../../config/snapshot/config-snapshot.ts'
import type { StartRelease } from '../../releases/release-service.ts'
import { releaseReasons, releaseStrategies } from '../../releases/release.ts'
import { collectLink, parseDuration, parseShare } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'
import { cleanText } from '../wrap-text.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

interface StartFlags
  extends
    ServerFlags,
    Partial<Omit<StartRelease, 'baselineVersion' | 'candidateShare' | 'links' | 'startedAt'>> {
  baseline?: string
  share?: number
  link?: { title: string; url: string }[]
  configSnapshot?: string
  at?: string
  incident?: string
  soak?: number
}

export function releaseStartCommand(terminal: Terminal): Command {
  return new Command('start')
    .description('record a release and begin to watch it')
    .option('--service <name>', 'service.name of what is released (required)')
    .option('--version <version>', 'service.version of the new version (required)')
    .option('--environment <name>', 'deployment.environment.name, where the telemetry carries one')
    .option(
      '--baseline <version>',
      'version to compare with; left out, the one that had the traffic before',
    )
    .addOption(new Option('--strategy <name>', 'how the traffic moves').choices(releaseStrategies))
    .addOption(new Option('--reason <name>', 'why there is a release').choices(releaseReasons))
    .option(
      '--share <share>',
      'share of the traffic that the new version should get, such as 20%',
      parseShare,
    )
    .option(
      '--link <title=url>',
      'a change, a build, a ticket; may be given several times',
      collectLink,
    )
    .option(
      '--config-snapshot <file>',
      'what its environment binds, as "aftergreen config snapshot --out FILE" writes it',
    )
    .option(
      '--at <time>',
      'when it began, if that is over: 2h ago, or a time such as 2026-11-20T14:00:00Z',
    )
    .option('--incident <id>', 'the incident that it is to fix; its reason is then incident-fix')
    .option(
      '--soak <time>',
      'how long it is watched before it is done, such as 2h (default: 24h; incident-fix and config: 48h)',
      parseDuration,
    )
    .addHelpText(
      'after',
      `
Prints the id of the release. The same service, environment and version twice is the same release.

Examples:
  aftergreen release start --service checkout --version 2.0.0
  aftergreen release start --service checkout --version 2.0.0 --environment production \\
    --baseline 1.9.0 --strategy canary --share 20% --link build=https://ci.example.com/42
  aftergreen release start --service checkout --version 2.0.0 --at 2026-11-20T14:00:00Z
  aftergreen release start --service checkout --version 2.0.1 --incident ID

Exit codes:
  0   recorded
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: StartFlags, command: Command) => {
      const { environment, baseline, strategy, reason, share, link, incident, soak } = flags
      const client = clientOf(flags, terminal)
      const snapshot = await snapshotIn(flags.configSnapshot)
      const startedAt = await momentIn(flags.at)
      const release = await client.start({
        // Not required options of commander: it would name a missing one before a misspelt one.
        service: required('service', flags.service, command),
        version: required('version', flags.version, command),
        ...(environment !== undefined && { environment }),
        ...(baseline !== undefined && { baselineVersion: baseline }),
        ...(strategy !== undefined && { strategy }),
        ...(reason !== undefined && { reason }),
        ...(share !== undefined && { candidateShare: share }),
        ...(link !== undefined && { links: link }),
        ...(startedAt !== undefined && { startedAt }),
        ...(incident !== undefined && { incident }),
        ...(soak !== undefined && { policy: { soakHours: soak / 3_600_000 } }),
      })
      if (snapshot !== undefined) {
        const { configuration } = await client.attachSnapshot(release.id, snapshot)
        terminal.note(cleanText(`Configuration: ${configuration.sentence}.`))
      }
      if (flags.json) return terminal.say(JSON.stringify(release, null, 2))
      terminal.say(cleanText(release.id))
      const id = cleanText(release.id)
      const name = cleanText(`${release.service} ${release.version}`)
      terminal.note(
        startedAt === undefined
          ? `Watching ${name}. Next: aftergreen release wait ${id} --timeout 30m`
          : `Recorded ${name}, which began at ${release.startedAt}. Next: aftergreen release replay ${id}`,
      )
    })
}

/** Read before anything is recorded: a wrong file starts no release. */
async function snapshotIn(file: string | undefined): Promise<ConfigSnapshot | undefined> {
  if (file === undefined) return undefined
  const { readSnapshot } = await import('../read-snapshot.ts')
  return readSnapshot(file)
}

async function momentIn(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined
  const { parseMoment } = await import('../../releases/parse-moment.ts')
  return new Date(parseMoment(text, Date.now())).toISOString()
}

function required(name: string, value: string | undefined, command: Command): string {
  return value ?? command.error(`error: required option '--${name} <${name}>' not specified`)
}
