import { parseArgs } from 'node:util'

export const usage = `Checks any server of OTLP 1.11 against the specification, from outside.

  npm run conformance -- http://HOST:4318 [--grpc HOST:4317] [options]
  npm run conformance -- --self-check
  npm run conformance -- --list

  --grpc HOST:PORT   check OTLP/gRPC there, too; https://HOST:PORT for TLS
  --header K=V       send this header with every request, and as metadata; may be repeated
  --only ID          run one case, or all whose id begins so; may be repeated
  --limit-mib N      the largest request that the server is set to take; default 64
  --timeout SECONDS  how long to wait for an answer; default 10
  --seed N           taken and not needed: nothing is drawn at random but ids
  --json             print one JSON document
  --list             print the cases, and send nothing
  --self-check       run every case against a server with a fault that it must notice

Exit codes: 0 every MUST passed, 1 a MUST failed, 2 the server could not be reached,
64 wrong usage, 70 the suite itself failed.`

export interface Arguments {
  url: URL | undefined
  grpcUrl: URL | undefined
  headers: Record<string, string>
  only: readonly string[]
  limitBytes: number
  timeout: number
  json: boolean
  list: boolean
  selfCheck: boolean
  help: boolean
}

/** Wrong usage; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args)
  const [address, ...more] = positionals
  if (more.length > 0) throw new UsageError('Give one address.')
  const needsAddress = !values.list && !values['self-check'] && !values.help
  if (address === undefined && needsAddress) {
    throw new UsageError('Give the address of the server, such as http://127.0.0.1:4318.')
  }
  return {
    url: address === undefined ? undefined : urlOf(address),
    grpcUrl: values.grpc === undefined ? undefined : urlOf(values.grpc),
    headers: Object.fromEntries(values.header.map(headerOf)),
    only: values.only,
    limitBytes: Math.round(positive(values['limit-mib'], '--limit-mib') * 2 ** 20),
    timeout: positive(values.timeout, '--timeout') * 1000,
    json: values.json,
    list: values.list,
    selfCheck: values['self-check'],
    help: values.help,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        grpc: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        only: { type: 'string', multiple: true, default: [] },
        'limit-mib': { type: 'string', default: '64' },
        timeout: { type: 'string', default: '10' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        'self-check': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function urlOf(text: string): URL {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`)
  if (url === null || url.hostname === '') throw new UsageError(`${text} is no address.`)
  return url
}

function headerOf(text: string): [string, string] {
  const equals = text.indexOf('=')
  const name = text.slice(0, equals)
  if (equals < 1 || !/^[\w-]+$/.test(name)) {
    throw new UsageError('Give a header as --header NAME=VALUE.')
  }
  return [name.toLowerCase(), text.slice(equals + 1)]
}

function positive(text: string, option: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new UsageError(`${option} takes a number above 0.`)
}
