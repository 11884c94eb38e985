import { resolve } from 'node:path'

import { Command, Option } from 'commander'

import {
  defaultRetention,
  parseAges,
  parseBudgets,
  type RetentionPolicy,
} from '../../store/retention/retention-policy.ts'
import { parsePort, parseSeconds, parseSecondsOrNone } from '../parse-option.ts'
import { parseTableSchema } from '../parse-table-schema.ts'
import type { Terminal } from '../terminal.ts'
import { untilStopped } from '../until-stopped.ts'

interface ServeFlags {
  retention?: RetentionPolicy['age']
  diskBudget?: Pick<RetentionPolicy, 'budget' | 'signalBudgets'>
  data: string
  listen: string
  port: number
  otlpPort: number
  grpcPort: number
  judgeEvery: number
  judgeBlock: number
  judgeLag: number
  judgeWarmUp: number
  logLevel: 'error' | 'info' | 'debug'
  untilStdinEnds?: true
  selfCheck: boolean
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
        'address of all ports; any but loopback requires AFTERGREEN_TOKEN',
      )
        .env('AFTERGREEN_LISTEN')
        .default('127.0.0.1'),
    )
    .option('--port <port>', 'API and pages; 0 takes any free port', parsePort, 4319)
    .option('--otlp-port <port>', 'OTLP over HTTP; 0 takes any free port', parsePort, 4318)
    .option('--grpc-port <port>', 'OTLP over gRPC; 0 takes any free port', parsePort, 4317)
    .addOption(
      new Option(
        '--retention <ages>',
        'how long telemetry is kept (traces=14d,logs=14d,metrics=60d)',
      )
        .env('AFTERGREEN_RETENTION')
        .argParser(parseAges),
    )
    .addOption(
      new Option(
        '--disk-budget <sizes>',
        'most disk for telemetry, such as 200GB, 50% or logs=20GB (70%)',
      )
        .env('AFTERGREEN_DISK_BUDGET')
        .argParser(parseBudgets),
    )
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
    .option(
      '--judge-warm-up <seconds>',
      'how long slowness of a fresh instance does not count, 0 = it always does',
      parseSecondsOrNone,
      60,
    )
    .option('--no-self-check', 'do not drill the judge on the past of every service once a day')
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
  AFTERGREEN_CLICKHOUSE_CLUSTER     name of the cluster in system.clusters; see docs/cluster.md
  AFTERGREEN_CLICKHOUSE_READER_URL  a user who may only ask, for questions
  AFTERGREEN_LEDGER_URL      a PostgreSQL database that several replicas share, instead of a file
  AFTERGREEN_CLICKHOUSE_SCHEMA  "otel": that server has the tables of the Collector's exporter; they are only read
  AFTERGREEN_CLICKHOUSE_TABLES  names of those tables, as JSON
  AFTERGREEN_REDACTION       a JSON file with rules for what is redacted: docs/redaction.md
  AFTERGREEN_LIMITS          a JSON file with limits for what senders may bring: docs/limits.md
  AFTERGREEN_SPOOL_BYTES     most bytes that wait for the engine on disk: 500MB, 4GiB; then senders get 503
  AFTERGREEN_DISK_RESERVE    bytes of the disk that are left free; below it senders get 503

Examples:
  aftergreen serve
  aftergreen serve --data /var/lib/aftergreen --port 8080
  AFTERGREEN_TOKEN=$(openssl rand -hex 24) aftergreen serve --listen 0.0.0.0`,
    )
    .action(async (flags: ServeFlags) => serve(flags, terminal))
}

async function serve(flags: ServeFlags, terminal: Terminal): Promise<void> {
  const [{ startServer }, { createLog }, { guardFiles }, { RedactionRules }] = await Promise.all([
    import('../../server/start-server.ts'),
    import('../../server/log.ts'),
    import('../../store/guard/guard-files.ts'),
    import('../../store/guard/redaction-rules.ts'),
  ])
  const { env } = terminal
  const clickhouseUrl = env['AFTERGREEN_CLICKHOUSE_URL']
  const clickhouseSchema = parseTableSchema(env['AFTERGREEN_CLICKHOUSE_SCHEMA'])
  const clickhouseTables = env['AFTERGREEN_CLICKHOUSE_TABLES']
  const token = env['AFTERGREEN_TOKEN']
  const guard = guardFiles(env)
  const rules = new RedactionRules(guard.redaction)
  const log = createLog(flags.logLevel, (text) => {
    process.stderr.write(rules.redactText(text, () => {}))
  })
  const stopped = untilStopped({ stdin: flags.untilStdinEnds === true })
  const server = await startServer({
    dataFolder: resolve(flags.data),
    address: flags.listen,
    port: flags.port,
    otlpPort: flags.otlpPort,
    grpcPort: flags.grpcPort,
    judge: {
      everySeconds: flags.judgeEvery,
      blockSeconds: flags.judgeBlock,
      lagSeconds: flags.judgeLag,
      warmUpSeconds: flags.judgeWarmUp,
    },
    log,
    ...(!flags.selfCheck && { selfCheck: false as const }),
    ...(clickhouseUrl !== undefined && { clickhouseUrl }),
    clickhouseCluster: env['AFTERGREEN_CLICKHOUSE_CLUSTER'],
    clickhouseReaderUrl: env['AFTERGREEN_CLICKHOUSE_READER_URL'],
    ledgerUrl: env['AFTERGREEN_LEDGER_URL'],
    ...(clickhouseTables !== undefined && { clickhouseTables }),
    guard,
    clickhouseSchema,
    retention: { policy: retentionOf(flags) },
    ...(token !== undefined && { token }),
  })
  terminal.say(`Aftergreen is running.

  Pages and API    ${server.url}
  Telemetry        OTEL_EXPORTER_OTLP_ENDPOINT=${server.otlpUrl}
                   OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
                   or over gRPC: OTEL_EXPORTER_OTLP_ENDPOINT=${server.grpcUrl}
  Data             ${resolve(flags.data)}

Tell it about a release:  aftergreen release start --service NAME --version VERSION${flags.port === 4319 ? '' : ` --server ${server.url}`}`)
  log.info(`stopping: ${await stopped}`)
  await server.close()
}

function retentionOf({ retention, diskBudget }: ServeFlags): RetentionPolicy {
  return { ...defaultRetention, ...diskBudget, ...(retention !== undefined && { age: retention }) }
}
