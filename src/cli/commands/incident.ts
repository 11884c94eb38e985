import { Command } from 'commander'

import { addServerOptions } from '../add-server-options.ts'
import type { Terminal } from '../terminal.ts'
import { cleanText, wrapText } from '../wrap-text.ts'
import { clientOf } from './server-flags.ts'
import type { ServerFlags } from './server-flags.ts'

interface OpenFlags extends ServerFlags {
  service?: string
  environment?: string
  match?: string
  failing?: string
  started?: string
}

export function incidentCommand(terminal: Terminal): Command {
  const group = new Command('incident')
    .description('capture what fails, and ask whether it is over')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen incident open --service checkout --match 'operation = "POST /orders" and app.plan = "business"'
  aftergreen release start --service checkout --version 2.0.1 --incident ID
  aftergreen incident resolve ID`,
    )
  for (const command of [openCommand(terminal), resolveCommand(terminal), listCommand(terminal)]) {
    group.addCommand(addServerOptions(command))
  }
  return group
}

function openCommand(terminal: Terminal): Command {
  return new Command('open')
    .description(
      'capture a failure as telemetry has it: which requests, how many of them, examples',
    )
    .option('--service <name>', 'service.name of the service that fails (required)')
    .option('--environment <name>', 'deployment.environment.name (left out: all of them)')
    .option('--match <filter>', 'the requests that can show the failure (required)')
    .option('--failing <filter>', 'what of them is a failure (left out: status = "error")')
    .option('--started <time>', 'when it began: 2h ago, or a time (left out: an hour ago)')
    .addHelpText(
      'after',
      `
Prints the id of the incident. What a filter can say: docs/filters.md.

Examples:
  aftergreen incident open --service checkout --match 'operation = "POST /orders"' --started 40m
  aftergreen incident open --service search --match 'app.tenant = "acme"' --failing 'duration_ms > 2000'

Exit codes:
  0   captured
  2   nothing that matches fails
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: OpenFlags, command: Command) => {
      const { service, environment, match, failing, started } = flags
      const missing = (name: string, what: string): never =>
        command.error(`error: required option '--${name} <${what}>' not specified`)
      const startedAt = started === undefined ? undefined : await momentOf(started)
      const incident = await clientOf(flags, terminal).openIncident({
        service: service ?? missing('service', 'name'),
        match: match ?? missing('match', 'filter'),
        ...(environment !== undefined && { environment }),
        ...(failing !== undefined && { failing }),
        ...(startedAt !== undefined && { startedAt }),
      })
      if (flags.json) return terminal.say(JSON.stringify(incident, null, 2))
      terminal.say(cleanText(incident.id))
      const { incidentWords } = await import('../incident-words.ts')
      terminal.note(wrapText(cleanText(incidentWords(incident)), terminal.width, ''))
    })
}

function resolveCommand(terminal: Terminal): Command {
  return new Command('resolve')
    .description('whether it is over, by requests that match it')
    .argument('<id>', 'id of the incident')
    .addHelpText(
      'after',
      `
Looks at the matching requests since the release that was linked with --incident began (of its version, where it is of the
same service), else since the incident was opened. Fewer requests are no sign that it is over.

Examples:
  aftergreen incident resolve ID
  aftergreen incident resolve ID --json | jq .needs

Exit codes:
  0   resolved
  1   resolved, but the release that fixed it is to be rolled back: it broke something else
  2   not yet, or not exercised
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (id: string, flags: ServerFlags) => {
      const [resolution, { renderResolution }] = await Promise.all([
        clientOf(flags, terminal).resolveIncident(id),
        import('../incident-words.ts'),
      ])
      terminal.say(
        flags.json
          ? JSON.stringify(resolution, null, 2)
          : renderResolution(resolution, terminal.width),
      )
      if (resolution.state !== 'resolved') process.exitCode = 2
      else process.exitCode = resolution.fix?.verdict === 'rollback' ? 1 : 0
    })
}

function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .description('all incidents, newest first')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen incident list
  aftergreen incident list --json | jq '.incidents[].id'

Exit codes:
  0   the list
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: ServerFlags) => {
      const [incidents, { incidentWords }] = await Promise.all([
        clientOf(flags, terminal).incidents(),
        import('../incident-words.ts'),
      ])
      if (flags.json) return terminal.say(JSON.stringify({ incidents }, null, 2))
      if (incidents.length === 0) terminal.say('No incident yet.')
      for (const incident of incidents) {
        const words = `${incident.id}  ${incidentWords(incident)}`
        terminal.say(wrapText(cleanText(words), terminal.width, '', '  '))
      }
    })
}

async function momentOf(text: string): Promise<string> {
  const { parseMoment } = await import('../../releases/parse-moment.ts')
  return new Date(parseMoment(text, Date.now())).toISOString()
}
