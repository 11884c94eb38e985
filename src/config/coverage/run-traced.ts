/** Runs the test command with the tracers in its environment, and keeps what they wrote. */
import { createHmac, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { AftergreenError } from '../../errors.ts'
import type { CommandEnd, CommandOptions } from '../process/run-command.ts'
import { runCommand } from '../process/run-command.ts'
import { readTrace } from './read-trace.ts'
import type { RunFacts, RunTrace } from './run-trace.ts'
import { longestShaped, shapeTable } from './shape-classes.ts'

export interface TracedRunOptions extends Omit<CommandOptions, 'readyWhen'> {
  secret: TraceSecret
  /** An empty or new folder that gets the trace. */
  keep?: string
}

export interface TracedRun extends Pick<CommandEnd, 'exitCode' | 'stopped'> {
  trace: RunTrace
}

/** What is known of the run of the command beside its trace. */
export type TracedEnd = CommandEnd & TracedRun

/** Of the fingerprints in a trace. */
export interface TraceSecret {
  bytes: Uint8Array
  /** Names it without telling it (`RunFacts`). */
  keyId: string
}

/** `own`: at least 32 bytes, so that several runs have the same; left out = a random one that nobody keeps. */
export function traceSecret(own?: Uint8Array): TraceSecret {
  const mac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text)
  const bytes = mac(own ?? randomBytes(32), 'aftergreen config coverage').digest()
  return { bytes, keyId: mac(bytes, '\0key id\0').digest('hex').slice(0, 16) }
}

const tracers = fileURLToPath(new URL('./tracers/', import.meta.url))

/**
 * The tracers get their folder through AFTERGREEN_TRACE; NODE_OPTIONS and PYTHONPATH carry them into child processes. The
 * secret of the fingerprints lies in a temporary folder of this user alone, as long as the run takes.
 *
 * @throws USAGE where the command cannot be started; CONFIG_OUTPUT where the trace cannot be kept.
 */
export async function runTraced(options: TracedRunOptions): Promise<TracedEnd> {
  const { bytes, keyId } = options.secret
  if (options.keep !== undefined) await emptyFolder(options.keep)
  const folder = await mkdtemp(join(tmpdir(), 'aftergreen-trace-'))
  const onExit = (): void => rmSync(folder, { recursive: true, force: true })
  process.on('exit', onExit)
  try {
    const node = join(folder, 'trace.mjs')
    const python = join(folder, 'python')
    await mkdir(python)
    await copyFile(join(tracers, 'node', 'trace.mjs'), node)
    await copyFile(join(tracers, 'python', 'sitecustomize.py'), join(python, 'sitecustomize.py'))
    const run = {
      version: 1,
      key: Buffer.from(bytes).toString('hex'),
      root: options.root,
      longest: longestShaped,
      shapes: shapeTable,
    }
    await writeFile(join(folder, 'run.json'), JSON.stringify(run), { mode: 0o600 })
    const { NODE_OPTIONS = '', PYTHONPATH = '' } = options.env
    const env = {
      ...options.env,
      AFTERGREEN_TRACE: folder,
      NODE_OPTIONS: `${NODE_OPTIONS} --import=${pathToFileURL(node).href}`.trim(),
      PYTHONPATH: PYTHONPATH === '' ? python : `${python}${delimiter}${PYTHONPATH}`,
    }
    const end = await runCommand({ ...options, env })
    const facts: RunFacts = { version: 1, keyId, exitCode: end.exitCode }
    if (options.keep !== undefined) await keepTrace(folder, options.keep, facts)
    return { ...end, trace: await readTrace(folder) }
  } finally {
    process.off('exit', onExit)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function emptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if ((await readdir(folder)).length === 0) return
  } catch (error) {
    throw cannotKeep(folder, error)
  }
  throw new AftergreenError('USAGE', `The folder ${folder} is not empty.`, {
    hint: 'Give --trace a folder that is new or empty.',
  })
}

async function keepTrace(folder: string, keep: string, facts: RunFacts): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      if (name.endsWith('.jsonl')) await copyFile(join(folder, name), join(keep, name))
    }
    await writeFile(join(keep, 'run.json'), `${JSON.stringify(facts)}\n`)
  } catch (error) {
    throw cannotKeep(keep, error)
  }
}

const cannotKeep = (folder: string, cause: unknown): AftergreenError =>
  new AftergreenError('CONFIG_OUTPUT', `The trace cannot be kept in ${folder}.`, {
    hint: 'The folder must be one that this user may write in.',
    cause,
  })
