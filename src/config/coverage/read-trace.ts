import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Location } from '../location.ts'
import type { RunFacts, RunTrace, TracedProcess, TracedRead } from './run-trace.ts'

const mostProcesses = 20_000
const mostReads = 2_000_000
const mostCopies = 1000
const mostBytes = 64_000_000

/** Reads every `*.jsonl` of a folder. A line that breaks off, as a process that crashed leaves it, is left out. */
export async function readTrace(folder: string): Promise<RunTrace> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted()
  const trace: RunTrace = { processes: [], problems: [] }
  const problems = new Set<string>()
  if (names.length > mostProcesses) {
    problems.add(`More than ${mostProcesses} processes ran; the others are left out.`)
  }
  let left = mostReads
  for (const name of names.slice(0, mostProcesses)) {
    const process: TracedProcess = { language: 'javascript', main: '', reads: [], copies: [] }
    trace.processes.push(process)
    const stream = createReadStream(join(folder, name), { encoding: 'utf8', end: mostBytes })
    try {
      for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
        if (left <= 0) {
          problems.add(`More than ${mostReads} reads were traced; the others are left out.`)
          break
        }
        left -= 1
        const line = lineOf(text)
        if (line === undefined) continue
        if (line['trace'] === 1) {
          process.language = line['language'] === 'python' ? 'python' : 'javascript'
          process.main = pathOf(line['main']) ?? ''
        } else if (line['full'] === true) {
          problems.add('A process read more than is written down for one process.')
        } else take(line, process)
      }
    } catch {
      problems.add('A part of the trace cannot be read.')
    } finally {
      stream.destroy()
    }
  }
  trace.problems.push(...problems)
  return trace
}

/** undefined = the folder holds no kept trace. */
export async function readRunFacts(folder: string): Promise<RunFacts | undefined> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => '')
  const told = lineOf(text)
  const { version, keyId, exitCode } = told ?? {}
  if (version !== 1 || typeof keyId !== 'string') return undefined
  return { version, keyId, exitCode: typeof exitCode === 'number' ? exitCode : null }
}

function take(line: Record<string, unknown>, process: TracedProcess): void {
  const { key, how, by, state, shape, print } = line
  const at = placeOf(line['at'])
  if (how === 'copy') {
    if (by !== 'project' && by !== 'library') return
    if (at !== undefined && process.copies.length < mostCopies) process.copies.push({ by, at })
    return
  }
  if (typeof key !== 'string' || key.length > 256 || (how !== 'get' && how !== 'has')) return
  if (by !== 'project' && by !== 'library' && by !== 'runtime') return
  const test = pathOf(line['test'])
  const read: TracedRead = { key, how, by }
  if (at !== undefined) read.at = at
  if (test !== undefined) read.test = test
  if (state === 'set' || state === 'empty' || state === 'unset') read.state = state
  if (typeof shape === 'string' && shape.length < 64) read.shape = shape
  if (typeof print === 'string' && /^[0-9a-f]{16}$/.test(print)) read.print = print
  process.reads.push(read)
}

function placeOf(told: unknown): Location | undefined {
  if (!Array.isArray(told)) return undefined
  const [path, line] = told as unknown[]
  const file = pathOf(path)
  if (file === undefined || typeof line !== 'number' || !(line >= 1)) return undefined
  return { file, line: Math.floor(line) }
}

const pathOf = (told: unknown): string | undefined =>
  typeof told === 'string' && told !== '' && told.length < 4096 ? told : undefined

function lineOf(text: string): Record<string, unknown> | undefined {
  if (text.length > 20_000) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
