import { isatty } from 'node:tty'
import { Command, Option } from 'commander'
import { AftergreenError } from '../../errors.ts'
import { type Signal, signals } from '../../signal.ts'
import type { ImportTarget } from '../import/import-target.ts'
import type { ImportedFile } from '../import/import-report.ts'
import type { Terminal } from '../terminal.ts'
import { clientOf } from './server-flags.ts'

interface ImportFlags {
  server?: string
  data: string
  signal?: Signal
  json?: true
}

const usualServer = 'http://127.0.0.1:4319'

export function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('store telemetry from files of OTLP JSON or OTLP protobuf')
    .argument('<file...>', 'files, plain or compressed with gzip or zstd; - is standard input')
    .addOption(
      new Option('--server <url>', `address of the server (${usualServer})`).env(
        'AFTERGREEN_SERVER',
      ),
    )
    .addOption(
      new Option('--data <dir>', 'folder to import into where no server runs')
        .env('AFTERGREEN_DATA')
        .default('./.aftergreen'),
    )
    .addOption(
      new Option('--signal <name>', 'what protobuf files hold whose content does not tell').choices(
        signals,
      ),
    )
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      `
Files: lines of OTLP JSON, one OTLP JSON document, one OTLP protobuf request, and requests of either kind with their
lengths before them, as the OpenTelemetry Collector's file exporter and protobuf libraries write them.
A request that was imported before is not stored again, so an import that was stopped is simply started again.
Examples:
  aftergreen import traces.jsonl.gz
  aftergreen import --signal logs backup/*.binpb.zst
  zcat old.json.gz | aftergreen import -
Exit codes:
  0   everything is stored
  1   something could not be used: it is counted and told, the rest is stored
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (files: string[], flags: ImportFlags) => {
      process.exitCode = await importAll(files, flags, terminal)
    })
}

async function importAll(names: string[], flags: ImportFlags, terminal: Terminal): Promise<number> {
  const [{ importFile }, { ImportProgress }, { openInput }, { reportOf }, { renderImport }] =
    await Promise.all([
      import('../import/import-file.ts'),
      import('../import/import-progress.ts'),
      import('../import/open-input.ts'),
      import('../import/import-report.ts'),
      import('../import/render-import.ts'),
    ])
  // all of them first: a misspelt name is told before anything is stored
  const inputs = await Promise.all(names.map(openInput))
  const progress = new ImportProgress({
    live: isatty(2),
    width: process.stderr.columns ?? terminal.width,
    write: (text) => void process.stderr.write(text),
  })
  const note = (line: string): void => {
    progress.clear()
    terminal.note(line)
  }
  const target = await targetOf(flags, terminal, note)
  const done: ImportedFile[] = []
  try {
    for (const input of inputs) {
      done.push(
        await importFile(input, {
          target,
          signal: flags.signal,
          progress: (file) => progress.update(file, input),
          note,
        }),
      )
    }
  } finally {
    progress.clear()
    await target.close()
  }
  const report = reportOf(done)
  const { colour, width } = terminal
  terminal.say(
    flags.json
      ? JSON.stringify(report, null, 2)
      : renderImport(report, { colour: colour.out, width }),
  )
  return report.bad === 0 ? 0 : 1
}

/** A server that was named, else one that runs at the usual address, else the data folder itself. */
async function targetOf(
  flags: ImportFlags,
  terminal: Terminal,
  note: (line: string) => void,
): Promise<ImportTarget> {
  const { serverTarget } = await import('../import/server-target.ts')
  const client = clientOf({ server: flags.server ?? usualServer }, terminal)
  try {
    await client.imported([])
    return serverTarget(client)
  } catch (error) {
    const isAbsent = error instanceof AftergreenError && error.code === 'SERVER_UNREACHABLE'
    if (error instanceof AftergreenError && error.code === 'STARTING') return serverTarget(client)
    if (!isAbsent || flags.server !== undefined) throw error
  }
  const { openFolder } = await import('../import/open-folder.ts')
  note(`No server runs at ${usualServer}: importing into ${flags.data}.`)
  return await openFolder(flags.data, terminal)
}
