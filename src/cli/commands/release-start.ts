import { Command, Option } from 'commander'

import type { StartRelease } from '../../releases/release-service.ts'
import { releaseReasons, releaseStrategies } from '../../releases/release.ts'
import { collectLink, parseShare } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'
import { cleanText } from '../wrap-text.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

interface StartFlags
  extends ServerFlags, Partial<Omit<StartRelease, 'baselineVersion' | 'candidateShare' | 'links'>> {
  baseline?: string
  share?: number
  link?: { title: string; url: string }[]
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
    .addHelpText(
      'after',
      `
Prints the id of the release. The same service, environment and version twice is the same release.

Examples:
  aftergreen release start --service checkout --version 2.0.0
  aftergreen release start --service checkout --version 2.0.0 --environment production \\
    --baseline 1.9.0 --strategy canary --share 20% --link build=https://ci.example.com/42`,
    )
    .action(async (flags: StartFlags, command: Command) => {
      const { environment, baseline, strategy, reason, share, link } = flags
      const release = await clientOf(flags, terminal).start({
        // Not required options of commander: it would name a missing one before a misspelt one.
        service: required('service', flags.service, command),
        version: required('version', flags.version, command),
        ...(environment !== undefined && { environment }),
        ...(baseline !== undefined && { baselineVersion: baseline }),
        ...(strategy !== undefined && { strategy }),
        ...(reason !== undefined && { reason }),
        ...(share !== undefined && { candidateShare: share }),
        ...(link !== undefined && { links: link }),
      })
      if (flags.json) return terminal.say(JSON.stringify(release, null, 2))
      terminal.say(cleanText(release.id))
      const id = cleanText(release.id)
      terminal.note(
        `Watching ${cleanText(`${release.service} ${release.version}`)}. Next: aftergreen release wait ${id} --timeout 30m`,
      )
    })
}

function required(name: string, value: string | undefined, command: Command): string {
  return value ?? command.error(`error: required option '--${name} <${name}>' not specified`)
}
