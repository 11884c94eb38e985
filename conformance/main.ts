import { allCases } from './all-cases.ts'
import { parseArguments, usage, UsageError } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import { isReachable } from './clients/grpc-client.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { Unmet } from './conformance-case.ts'
import {
  listDocument,
  renderList,
  renderResults,
  renderSelfCheck,
  resultsDocument,
} from './render-results.ts'
import { postMessage } from './requests.ts'
import { runCases, totalsOf } from './run-cases.ts'
import { selfCheck } from './self-check.ts'
import { Target } from './target.ts'
import type { TargetOptions } from './target.ts'

const exits = { conforms: 0, doesNot: 1, notRun: 2, usage: 64, internal: 70 } as const

const note = (line: string): void => void process.stderr.write(`${line}\n`)
const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function main(): Promise<number> {
  const args = parseArguments(process.argv.slice(2))
  if (args.help) {
    say(usage)
    return exits.conforms
  }
  const cases = chosen(args.only)
  if (args.list) {
    say(args.json ? JSON.stringify(listDocument(cases)) : renderList(cases))
    return exits.conforms
  }
  return args.selfCheck ? await checkSelf(cases, args) : await checkServer(cases, args)
}

function chosen(only: readonly string[]): readonly ConformanceCase[] {
  if (only.length === 0) return allCases
  const unknown = only.find((start) => !allCases.some(({ id }) => id.startsWith(start)))
  if (unknown !== undefined) {
    throw new UsageError(`There is no case "${unknown}"; --list shows them all.`)
  }
  return allCases.filter(({ id }) => only.some((start) => id.startsWith(start)))
}

async function checkSelf(cases: readonly ConformanceCase[], { json }: Arguments): Promise<number> {
  const rows = await selfCheck(cases, progress(cases.length))
  say(json ? JSON.stringify({ cases: rows }) : renderSelfCheck(rows))
  const isSound = rows.every(({ seenToFail, falseAlarm }) => seenToFail && falseAlarm === '')
  return isSound ? exits.conforms : exits.internal
}

async function checkServer(cases: readonly ConformanceCase[], args: Arguments): Promise<number> {
  const { url, grpcUrl, headers, limitBytes, timeout } = args
  if (url === undefined) throw new UsageError('Give the address of the server.')
  const options: TargetOptions = {
    url,
    headers,
    limitBytes,
    timeout,
    ...(grpcUrl === undefined ? {} : { grpcUrl }),
  }
  const silent = await unreachable(options)
  if (silent !== '') {
    note(silent)
    return exits.notRun
  }
  const results = await runCases(cases, options, progress(cases.length))
  say(args.json ? JSON.stringify(resultsDocument(results)) : renderResults(results))
  return totalsOf(results).MUST.failed > 0 ? exits.doesNot : exits.conforms
}

/** Why nothing can be checked; '' where it can. */
async function unreachable(options: TargetOptions): Promise<string> {
  const target = new Target(options)
  try {
    const { status } = await target.send(postMessage('traces', 'protobuf'))
    if (status === 401 || status === 403) {
      return `The server answers ${status}: give it what it asks for with --header.`
    }
  } catch (error) {
    if (!(error instanceof Unmet)) throw error
    return `There is no OTLP server at ${options.url.href} (${error.message}).`
  } finally {
    target.close()
  }
  const { grpcUrl, timeout } = options
  if (grpcUrl === undefined || (await isReachable(grpcUrl, timeout))) return ''
  return `There is no gRPC server at ${grpcUrl.host}.`
}

function progress(total: number): () => void {
  let done = 0
  return () => {
    done++
    if (process.stderr.isTTY)
      process.stderr.write(`\r${done} of ${total}${done < total ? '' : '\n'}`)
    else if (done % 50 === 0) note(`${done} of ${total}`)
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  const isUsage = error instanceof UsageError
  note(
    isUsage ? `${error.message}\n\n${usage}` : String(error instanceof Error ? error.stack : error),
  )
  process.exitCode = isUsage ? exits.usage : exits.internal
}
