import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AftergreenError } from '../../errors.ts'
import type { EngineFiles } from './engine-files.ts'

/** One life of the embedded engine. */
export interface EngineProcess {
  /** `http://127.0.0.1:<port>` */
  url: string
  pid: number
  /** Resolves when the process is gone, with the last thing it said. */
  gone: Promise<string>
  /** Kills it. Its storage survives that: nothing that it acknowledged is lost. */
  kill(): Promise<void>
}

/** A start that may succeed a moment later: the folder or the port is not free yet. */
const passing = /Cannot lock file|Address already in use/

const listenThenSleep =
  'SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM system.numbers ' +
  'SETTINGS function_sleep_max_microseconds_per_block=0, max_block_size=1 FORMAT Null'

/**
 * Starts the engine and waits until it answers. An engine whose owner was killed a moment ago may still hold the
 * folder: tries again for up to `patience` ms.
 * @throws ENGINE_START with the engine's last words
 */
export async function startEngineProcess(
  library: string,
  files: EngineFiles,
  patience = 15_000,
): Promise<EngineProcess> {
  const deadline = Date.now() + patience
  for (;;) {
    const before = logSize(files.log)
    const engine = await launch(library, files)
    const problem = await untilAnswering(engine, Math.max(deadline - Date.now(), 10_000))
    if (problem === undefined) return engine
    await engine.kill()
    if (!passing.test(problem) || Date.now() > deadline) throw startError(problem, files, before)
    await sleep(200)
  }
}

async function launch(library: string, files: EngineFiles): Promise<EngineProcess> {
  const port = await freePort()
  const entry = new URL(
    import.meta.url.endsWith('.ts') ? './engine-child.ts' : './engine-child.js',
    import.meta.url,
  )
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(entry),
      library,
      'clickhouse',
      `--config-file=${files.config}`,
      `--path=${files.data}`,
      `--http_port=${port}`,
      '--listen_host=127.0.0.1',
      '--log-level=warning',
      `--query=${listenThenSleep}`,
    ],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
      // a group of its own: Ctrl-C is for the product, which still has to store what it has acknowledged
      detached: true,
      env: {
        TZ: 'UTC',
        PATH: process.env['PATH'],
        LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'],
      },
    },
  )
  const words = lastWords(child)
  child.stdin?.on('error', () => {})
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(words() || `ended by ${signal ?? code}`))
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  if (child.pid === undefined) throw startError(await gone, files, 0)
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, gone, kill }
}

/** Undefined once it answers, else why it does not. */
async function untilAnswering(
  engine: EngineProcess,
  patience: number,
): Promise<string | undefined> {
  const deadline = Date.now() + patience
  const end: { words?: string } = {}
  const gone = engine.gone.then((words) => (end.words = words))
  while (end.words === undefined && Date.now() < deadline) {
    if (await answers(engine.url, 1000)) return undefined
    await Promise.race([sleep(25), gone])
  }
  return end.words ?? `it did not answer within ${Math.round(patience / 1000)} s`
}

/** Whether a ClickHouse server answers at `url`. */
export async function answers(url: string, patience: number): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(patience) })
    return (await response.text()).startsWith('Ok')
  } catch {
    return false
  }
}

/** ENGINE_START, with the last lines that the engine's log got after its first `before` bytes. */
export function startError(problem: string, files: EngineFiles, before: number): AftergreenError {
  const lines = [problem.trim(), ...lastLines(files.log, before)].filter((line) => line !== '')
  return new AftergreenError(
    'ENGINE_START',
    `The embedded engine did not start: ${lines.join('\n')}`,
    {
      hint: `Its log is ${files.log}. With AFTERGREEN_CLICKHOUSE_URL another ClickHouse server can be used instead.`,
    },
  )
}

export function logSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** Lines that say something: no stack traces. */
function lastLines(file: string, before: number): string[] {
  // it may have been rotated
  if (logSize(file) < before) return lastLines(file, 0)
  try {
    const lines = readFileSync(file).subarray(before).toString().split('\n')
    return lines.filter((line) => /<(Error|Fatal|Warning)>/.test(line)).slice(-5)
  } catch {
    return []
  }
}

/** Keeps the end of what the child prints to standard error. */
function lastWords(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-4096)
  })
  return () => text.replace(/^Logging .*\n/gm, '').trim()
}

/** Somebody else may take it before the engine does: then the start says so and is tried again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
