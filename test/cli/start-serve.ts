import { startCommand } from './run-command.ts'
import type { Running } from './run-command.ts'

/** Looks every second at blocks of a second, a second late. */
export const quickPace = [
  ['--judge-every', '1'],
  ['--judge-block', '1'],
  ['--judge-lag', '1'],
  ['--judge-warm-up', '0'],
].flat()

export interface Serving extends Running {
  url: string
  otlpUrl: string
  grpcUrl: string
}

/** Starts `aftergreen serve` on free ports and waits until it says where it is. */
export async function startServe(
  dataFolder: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Serving> {
  const running = startCommand(
    ['serve', '--data', dataFolder, '--port', '0', '--otlp-port', '0', '--grpc-port', '0', ...args],
    env,
  )
  const address = (pattern: RegExp): string | undefined => pattern.exec(running.out())?.[1]
  const ready = new Promise<void>((resolve) => {
    running.child.stdout.on('data', () => {
      if (running.out().includes('Tell it about')) resolve()
    })
  })
  const early = running.ended.then(({ code, err }) => {
    throw new Error(`serve ended with ${code} before it was ready: ${err}`)
  })
  await Promise.race([ready, early])
  early.catch(() => undefined)
  const url = address(/Pages and API +(\S+)/)
  const otlpUrl = address(/ENDPOINT=(\S+)/)
  const grpcUrl = address(/gRPC: \S+ENDPOINT=(\S+)/)
  if (url === undefined || otlpUrl === undefined || grpcUrl === undefined)
    throw new Error(`no addresses in: ${running.out()}`)
  return { ...running, url, otlpUrl, grpcUrl }
}
