import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

export interface Sender {
  process: ChildProcess
  enginePid: number
  /** Numbers of the spans that it was told are kept. */
  acknowledged: number[]
}

/** Starts `sender.ts` and resolves when its engine runs. */
export async function startSender(folder: string, first = 0, maxSegmentAge = 500): Promise<Sender> {
  const script = path.join(import.meta.dirname, 'sender.ts')
  const child = spawn(process.execPath, [script, folder, String(first), String(maxSegmentAge)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const lines = createInterface(child.stdout)
  const hello = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'exit').then(() => `ended: ${errors}`),
  ])
  const enginePid = Number(/^engine (\d+)$/.exec(hello)?.[1])
  if (!enginePid) throw new Error(hello)
  const acknowledged: number[] = []
  lines.on('line', (line) => acknowledged.push(Number(line)))
  return { process: child, enginePid, acknowledged }
}

export async function killNow(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

/** Whether a process exists (and is not just waiting for its parent to notice that it ended). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${condition.toString()}`)
    await sleep(20)
  }
}
