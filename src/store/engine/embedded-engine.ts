import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { AftergreenError } from '../../errors.ts'
import { engineClient } from './engine-client.ts'
import { engineError } from './engine-error.ts'
import { engineMemory, writeEngineFiles } from './engine-files.ts'
import {
  answers,
  type EngineProcess,
  logSize,
  startEngineProcess,
  startError,
} from './engine-process.ts'
import type { Engine, EngineState, EngineUser } from './engine.ts'
import { libraryPath } from './library-path.ts'
import { currentPlatform, type PlatformFacts } from './platform.ts'

export interface EmbeddedEngineOptions {
  /** Holds the engine's data, configuration and log. */
  folder: string
  database: string
  log: (line: string) => void
  platform?: PlatformFacts
  /** How often to ask whether it still answers, in ms. */
  watchEvery?: number
}

const slowestRestart = 30_000

/**
 * Starts the embedded engine and keeps it running: when it dies or stops answering it is started again, at growing
 * intervals, for as long as it takes.
 * @throws PLATFORM_UNSUPPORTED, ENGINE_START
 */
export async function startEmbeddedEngine(options: EmbeddedEngineOptions): Promise<Engine> {
  const library = libraryPath(options.platform ?? currentPlatform())
  const passwords: Record<EngineUser, string> = { admin: secret(), reader: secret() }
  const files = writeEngineFiles(options.folder, {
    database: options.database,
    adminPassword: passwords.admin,
    readerPassword: passwords.reader,
    memory: engineMemory(process.env['AFTERGREEN_ENGINE_MEMORY']),
  })
  const stop = new AbortController()
  let state: EngineState = 'starting'
  let version = ''
  let restarts = 0
  let problem = ''
  let running: EngineProcess
  let clients: { admin?: ClickHouseClient; reader?: ClickHouseClient } = {}
  let ready = Promise.withResolvers<void>()

  const start = async (): Promise<void> => {
    const before = logSize(files.log)
    running = await startEngineProcess(library, files)
    const { url } = running
    const admin = engineClient({ url, username: 'admin', password: passwords.admin })
    const reader = engineClient({ url, username: 'reader', password: passwords.reader })
    clients = { admin, reader }
    try {
      version = await serverVersion(admin)
    } catch (error) {
      await closeClients()
      await running.kill()
      throw startError(engineError(error).message, files, before)
    }
    state = 'ready'
    problem = ''
    ready.resolve()
  }

  const closeClients = async (): Promise<void> => {
    const { admin, reader } = clients
    clients = {}
    await Promise.all([admin?.close(), reader?.close()])
  }

  const keepRunning = async (): Promise<void> => {
    let delay = 0
    for (;;) {
      const since = Date.now()
      const words = await lifeOf(running, options.watchEvery ?? 5000, stop.signal)
      state = 'restarting'
      ready = Promise.withResolvers()
      await closeClients()
      problem = `the engine ended: ${words}`
      if (stop.signal.aborted) return
      options.log(`The embedded engine ended and is started again: ${words}`)
      if (Date.now() - since > 60_000) delay = 0
      for (;;) {
        await sleep(delay, undefined, { signal: stop.signal }).catch(() => {})
        if (stop.signal.aborted) return
        delay = Math.min(Math.max(delay * 2, 250), slowestRestart)
        try {
          await start()
          restarts++
          if (stop.signal.aborted) return await running.kill()
          break
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error)
          options.log(`The embedded engine could not be started again: ${problem}`)
        }
      }
    }
  }

  await start()
  const kept = keepRunning()

  return {
    async client(as, patience = 5000) {
      const giveUp = sleep(patience, undefined, { ref: false })
      if (state === 'restarting') await Promise.race([ready.promise, giveUp])
      const client = clients[as]
      if (client !== undefined) return client
      throw new AftergreenError(
        'ENGINE_UNAVAILABLE',
        `The embedded engine is not running: ${problem || 'it is closed'}`,
        { hint: `It is started again by itself. Its log is ${files.log}.` },
      )
    },
    health: () => {
      const { pid, url } = state === 'ready' ? running : { pid: undefined, url: '' }
      return { kind: 'embedded', state, version, url, pid, restarts, problem }
    },
    async close() {
      stop.abort()
      await running.kill()
      await kept
      state = 'closed'
      problem = ''
      ready.resolve()
    },
  }
}

/** Resolves when the engine is gone, or is killed because it does not answer any more. */
async function lifeOf(engine: EngineProcess, every: number, stop: AbortSignal): Promise<string> {
  const end: { words?: string } = {}
  const gone = engine.gone.then((words) => (end.words = words))
  for (let misses = 0; end.words === undefined && !stop.aborted;) {
    const pause = sleep(every, undefined, { ref: false, signal: stop }).catch(() => {})
    await Promise.race([gone, pause])
    if (end.words !== undefined || stop.aborted) break
    misses = (await answers(engine.url, every)) ? 0 : misses + 1
    if (misses < 3) continue
    await engine.kill()
    return 'it did not answer any more'
  }
  return await gone
}

async function serverVersion(client: ClickHouseClient): Promise<string> {
  const answer = await client.query({ query: 'SELECT version() AS v', format: 'JSONEachRow' })
  const [row] = await answer.json<{ v: string }>()
  return row?.v ?? ''
}

function secret(): string {
  return randomBytes(24).toString('base64url')
}
