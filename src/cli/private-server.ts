import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { AftergreenError } from '../errors.ts'

/** A server of one's own, on free ports of loopback. */
export interface PrivateServer {
  /** Of the API. */
  url: string
  otlpUrl: string
  stop(): Promise<void>
}

const longestStartMs = 60_000
const longestStopMs = 10_000
const errorLinesKept = 20

/**
 * Starts `aftergreen serve` on a folder and waits until it is ready. It ends with this process, however that ends.
 * @throws ENGINE_START where it does not start
 */
export async function startPrivateServer(
  dataFolder: string,
  flags: readonly string[],
): Promise<PrivateServer> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const main = fileURLToPath(new URL(`main${extension}`, import.meta.url))
  const ports = ['--port', '0', '--otlp-port', '0', '--grpc-port', '0', '--listen', '127.0.0.1']
  const child = spawn(
    process.execPath,
    [main, 'serve', '--until-stdin-ends', '--data', dataFolder, ...ports, ...flags],
    // a group of its own: Ctrl-C reaches this process alone, which ends the server in order
    { stdio: ['pipe', 'pipe', 'pipe'], env: ownEnvironment(), detached: true },
  )
  child.stdin.on('error', () => undefined)
  const errors: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line)
    if (errors.length > errorLinesKept) errors.shift()
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const ready = new Promise<{ url: string; otlpUrl: string }>((resolve) => {
    const found: { url?: string | undefined; otlpUrl?: string | undefined } = {}
    createInterface({ input: child.stdout }).on('line', (line) => {
      found.url ??= /Pages and API +(\S+)/.exec(line)?.[1]
      found.otlpUrl ??= /ENDPOINT=(\S+)/.exec(line)?.[1]
      const { url, otlpUrl } = found
      if (url !== undefined && otlpUrl !== undefined) resolve({ url, otlpUrl })
    })
  })
  const stop = (): Promise<void> => stopChild(child, ended)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const failed = (): void => reject(notStarted(errors))
    timer = setTimeout(failed, longestStartMs)
    void ended.then(failed)
  })
  try {
    return { ...(await Promise.race([ready, late])), stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(timer)
    late.catch(() => undefined)
  }
}

/** What is set for other servers must not change what this one does. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OTEL|AFTERGREEN)_/.test(name)),
  )
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.stdin?.end()
  const kill = setTimeout(() => child.kill('SIGKILL'), longestStopMs)
  await ended
  clearTimeout(kill)
}

function notStarted(errors: readonly string[]): AftergreenError {
  return new AftergreenError('ENGINE_START', 'The server of the drill did not start.', {
    hint: `It said: ${errors.find((line) => /error/i.test(line)) ?? errors.at(-1) ?? 'nothing'}`,
  })
}
