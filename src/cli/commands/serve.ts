import { resolve } from 'node:path'

import { Command, Option } from 'commander'

import { parsePort, parseSeconds } from '../parse-option.ts'
import type { Terminal } from '../terminal.ts'
import { untilStopped } from '../until-stopped.ts'

interface ServeFlags {
  data: string
  listen: string
  port: number
  otlpPort: number
  judgeEvery: number
  judgeBlock: number
  judgeLag: number
  logLevel: 'error' | 'info' | 'debug'
  untilStdinEnds?: true
}

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('run the server: telemetry in, releases judged, API and pages')
    .addOption(
      new Option('--data <dir>', 'folder of everything that is kept')
        .env('AFTERGREEN_DATA')
        .default('./.aftergreen'),
    )
    .addOption(
      new Option(
        '--listen <address>',
        'address of both ports; any but loopback requires AFTERGREEN_TOKEN',
      )
        .env('AFTERGREEN_LISTEN')
        .default('127.0.0.1'),
    )
    .option('--port <port>', 'API and pages; 0 takes any free port', parsePort, 4319)
    .option('--otlp-port <port>', 'OTLP over HTTP; 0 takes any free port', parsePort, 4318)
    .option('--judge-every <seconds>', 'how often every release is judged', parseSeconds, 60)
    .option(
      '--judge-block <seconds>',
      'length of the blocks of time that are compared',
      parseSeconds,
      60,
    )
    .option(
      '--judge-lag <seconds>',
      'how long to wait for telemetry that is late',
      parseSeconds,
      15,
    )
    .addOption(
      new Option('--log-level <level>', 'what standard error tells')
        .choices(['error', 'info', 'debug'])
        .default('info'),
    )
    .option(
      '--until-stdin-ends',
      'stop when standard input ends, for programs that start the server',
    )
    .addHelpText(
      'after',
      `
Environment:
  AFTERGREEN_TOKEN           a text of at least 16 characters that every request must then carry
  AFTERGREEN_CLICKHOUSE_URL  a ClickHouse server or cluster, instead of the embedded engine

Examples:
  aftergreen serve
  aftergreen serve --data /var/lib/aftergreen --port 8080
  AFTERGREEN_TOKEN=$(openssl rand -hex 24) aftergreen serve --listen 0.0.0.0`,
    )
    .action(async (flags: ServeFlags) => serve(flags, terminal))
}

async function serve(flags: ServeFlags, terminal: Terminal): Promise<void> {
  const [{ startServer }, { createLog }] = await Promise.all([
    import('../../server/start-server.ts'),
    import('../../server/log.ts'),
  ])
  const { env } = terminal
  const clickhouseUrl = env['AFTERGREEN_CLICKHOUSE_URL']
  const token = env['AFTERGREEN_TOKEN']
  const log = createLog(flags.logLevel, (text) => void process.stderr.write(text))
  const stopped = untilStopped({ stdin: flags.untilStdinEnds === true })
  const server = await startServer({
    dataFolder: resolve(flags.data),
    address: flags.listen,
    port: flags.port,
    otlpPort: flags.otlpPort,
    judge: {
      everySeconds: flags.judgeEvery,
      blockSeconds: flags.judgeBlock,
      lagSeconds: flags.judgeLag,
    },
    log,
    ...(clickhouseUrl !== undefined && { clickhouseUrl }),
    ...(token !== undefined && { token }),
  })
  terminal.say(`Aftergreen is running.

  Pages and API    ${server.url}
  Telemetry        OTEL_EXPORTER_OTLP_ENDPOINT=${server.otlpUrl}
                   OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
  Data             ${resolve(flags.data)}

Tell it about a release:  aftergreen release start --service NAME --version VERSION${flags.port === 4319 ? '' : ` --server ${server.url}`}`)
  log.info(`stopping: ${await stopped}`)
  await server.close()
}
