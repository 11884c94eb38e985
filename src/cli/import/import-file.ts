import { setTimeout as sleep } from 'node:timers/promises'
import { AftergreenError } from '../../errors.ts'
import { type Signal, signals } from '../../signal.ts'
import { requestKey } from '../../store/imports/request-key.ts'
import { decompressed } from './compression.ts'
import type { FoundRequest } from './found-request.ts'
import { type ImportedFile, noCounts, toldProblems } from './import-report.ts'
import type { ImportTarget, TakenRequests } from './import-target.ts'
import type { Input } from './open-input.ts'
import { signalInName, signalOf } from './signal-of.ts'
import { splitRequests } from './split-requests.ts'

export interface ImportOptions {
  target: ImportTarget
  /** For requests whose content does not tell. */
  signal?: Signal | undefined
  /** Told after every step. */
  progress: (file: ImportedFile, input: Input) => void
  /** Told why it waits. */
  note: (line: string) => void
}

interface Batch {
  bodies: Buffer[]
  where: string[]
  size: number
}

/** Requests go in batches of about this size, so that several share one write to the disk. */
const batchBytes = 4 * 2 ** 20
const batchRequests = 500
/** Batches on their way at the same time. */
const concurrency = 3
/** How long a server that is not there, or full, is waited for, in ms. */
const patience = 10 * 60_000

/** Imports one file, request by request; what cannot be used is counted, and the rest goes on. */
export async function importFile(input: Input, options: ImportOptions): Promise<ImportedFile> {
  const file: ImportedFile = { file: input.name, ...noCounts(), problems: [] }
  const batches = new Map<Signal, Batch>()
  const sending = new Set<Promise<void>>()
  let failure: unknown
  const problem = (where: string, message: string): void => {
    file.bad++
    if (file.problems.length < toldProblems) file.problems.push({ where, message })
  }
  const send = async (signal: Signal): Promise<void> => {
    const batch = batches.get(signal)
    batches.delete(signal)
    if (batch === undefined || batch.bodies.length === 0) return
    while (sending.size >= concurrency) await Promise.race(sending)
    const sent = sendBatch(signal, batch, file, problem, options).then(
      () => options.progress(file, input),
      (error: unknown) => void (failure ??= error),
    )
    const tracked = sent.finally(() => void sending.delete(tracked))
    sending.add(tracked)
  }

  const found = async (request: FoundRequest): Promise<void> => {
    file.requests++
    if ('problem' in request) {
      problem(request.where, request.problem)
      return
    }
    const { where, encoding, body } = request
    const told = signalOf(encoding, body)
    const signal = told === undefined ? (options.signal ?? signalInName(input.name)) : told
    if (signal === null) problem(where, notOtlp[encoding])
    else if (signal === undefined) problem(where, unclear)
    else {
      const batch = batches.get(signal) ?? { bodies: [], where: [], size: 0 }
      if (batch.size + body.length > batchBytes) await send(signal)
      const open = batches.get(signal) ?? { bodies: [], where: [], size: 0 }
      batches.set(signal, open)
      // a copy: the rest of what was read with it need not stay
      open.bodies.push(Buffer.from(body))
      open.where.push(where)
      open.size += body.length
      if (open.bodies.length >= batchRequests) await send(signal)
    }
  }

  try {
    const bytes = decompressed(input.bytes((count) => void (file.bytes += count)))
    for await (const request of splitRequests(bytes)) {
      if (failure !== undefined) break
      await found(request)
    }
  } catch (error) {
    if (!(error instanceof AftergreenError) || error.code !== 'IMPORT_FILE') throw error
    problem(`byte ${file.bytes}`, error.message)
  } finally {
    for (const signal of signals) await send(signal)
    await Promise.all(sending)
  }
  if (failure !== undefined) throw failure
  options.progress(file, input)
  return file
}

const notOtlp = {
  json: 'It has neither resourceSpans nor resourceLogs nor resourceMetrics: it is no OTLP export request.',
  protobuf: 'It is no OTLP export request.',
} as const
const unclear =
  'Its content does not tell whether these are traces, logs or metrics: name the signal with --signal.'

async function sendBatch(
  signal: Signal,
  batch: Batch,
  file: ImportedFile,
  problem: (where: string, message: string) => void,
  options: ImportOptions,
): Promise<void> {
  const keys = batch.bodies.map((body) => requestKey(signal, body))
  const known = await patiently(options, () => options.target.known(keys))
  let left = batch.bodies.map((body, i) => ({ body, where: batch.where[i]! }))
  left = left.filter((_, i) => known[i] !== true)
  file.duplicate += batch.bodies.length - left.length
  const deadline = Date.now() + patience
  while (left.length > 0) {
    const bodies = left.map(({ body }) => body)
    const taken = await patiently(options, () => options.target.take(signal, bodies))
    count(file, taken)
    for (const { request, message } of taken.problems) problem(left[request]!.where, message)
    left = taken.again.map((i) => left[i]!)
    if (left.length === 0) return
    const why = taken.refusal?.message ?? ''
    if (Date.now() > deadline)
      throw new AftergreenError('SPOOL_FULL', `Not everything could be imported: ${why}`, again)
    options.note(`Waiting: ${why}`)
    await sleep(1000)
  }
}

const again = { hint: 'Import the same files again later: it goes on where it stopped.' }

function count(file: ImportedFile, taken: TakenRequests): void {
  file.accepted += taken.accepted
  file.rejected += taken.rejected
  file.duplicate += taken.duplicate
  file.tooOld += taken.tooOld
}

/** Errors that pass: the server restarts, or has to write down first what it was given. */
const passing = new Set([
  'SERVER_UNREACHABLE',
  'STARTING',
  'SPOOL_FULL',
  'DISK_FULL',
  'OTLP_BUSY',
  'ENGINE_UNAVAILABLE',
])

async function patiently<T>({ note }: ImportOptions, call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience
  for (let told = ''; ;) {
    try {
      return await call()
    } catch (error) {
      const passes = error instanceof AftergreenError && passing.has(error.code)
      if (!passes || Date.now() > deadline) throw error
      if (told !== error.message) note(`Waiting: ${error.message}`)
      told = error.message
      await sleep(1000)
    }
  }
}
