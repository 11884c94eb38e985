import { Command, Option } from 'commander'
import { AftergreenError } from '../../errors.ts'
import { ownPackage } from '../../server/own-package.ts'
import type { Diagnosis } from '../../store/diagnosis/diagnosis.ts'
import type { DoctorReport } from '../../store/diagnosis/doctor-report.ts'
import type { Terminal } from '../terminal.ts'
import { clientOf } from './server-flags.ts'

interface DoctorFlags {
  server?: string
  data: string
  json?: true
}

const usualServer = 'http://127.0.0.1:4319'
/** OTLP over gRPC and HTTP, and API with pages. */
const usualPorts = [4317, 4318, 4319]

const exitCodes: Readonly<Record<Diagnosis['state'], number>> = { fine: 0, wrong: 1, unknown: 2 }

export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('look at a server, or at its data folder, and say what is wrong and what to do')
    .addOption(
      new Option('--server <url>', `address of the server (${usualServer})`).env(
        'AFTERGREEN_SERVER',
      ),
    )
    .addOption(
      new Option('--data <dir>', 'folder to look at where no server runs')
        .env('AFTERGREEN_DATA')
        .default('./.aftergreen'),
    )
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  aftergreen doctor
  aftergreen doctor --server http://aftergreen.internal:4319
  aftergreen doctor --json | jq '.findings[] | select(.state == "wrong")'
Exit codes:
  0   nothing wrong was seen
  1   something is wrong
  2   not everything could be looked at
  64  wrong usage
  70  something failed inside`,
    )
    .action(async (flags: DoctorFlags) => {
      const report = await reportOn(flags, terminal)
      const { renderDoctor } = await import('../render-doctor.ts')
      const { colour, width } = terminal
      terminal.say(
        flags.json
          ? JSON.stringify(report, null, 2)
          : renderDoctor(report, { colour: colour.out, width }),
      )
      process.exitCode = exitCodes[report.state]
    })
}

/** A server that was named has to answer; where none runs at the usual address, the folder is looked at. */
async function reportOn(flags: DoctorFlags, terminal: Terminal): Promise<DoctorReport> {
  try {
    return await clientOf({ server: flags.server ?? usualServer }, terminal).doctor()
  } catch (error) {
    const isAbsent = error instanceof AftergreenError && error.code === 'SERVER_UNREACHABLE'
    if (!isAbsent || flags.server !== undefined) throw error
  }
  const [{ lookAtFolder }, { checkFolder }, { stateOf }] = await Promise.all([
    import('../../store/diagnosis/look-at-folder.ts'),
    import('../../store/diagnosis/folder-checks.ts'),
    import('../../store/diagnosis/doctor-report.ts'),
  ])
  const figures = await lookAtFolder(flags.data, usualPorts)
  const findings = checkFolder(figures, terminal.env['AFTERGREEN_CLICKHOUSE_URL'] !== undefined)
  const { version } = ownPackage()
  const at = new Date().toISOString()
  return { version, at, source: 'folder', state: stateOf(findings), findings, figures: null }
}
