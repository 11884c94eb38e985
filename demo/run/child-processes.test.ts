import { spawn } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { AftergreenError } from '../../src/errors.ts'
import { ChildProcesses } from './child-processes.ts'
import { isAlive } from '../../test/store/processes.ts'

const processes = new Set<ChildProcesses>()
const open = (): ChildProcesses => {
  const opened = new ChildProcesses()
  processes.add(opened)
  return opened
}
afterEach(() => Promise.all([...processes].map((each) => each.stopAll())))

const obedient =
  'console.log("listening 7"); console.log("last"); process.stdin.on("end", () => process.exit()).resume()'

test('knows the port, keeps the last line, and stops what it started', async () => {
  const all = open()
  const child = await all.start({
    name: 'one',
    arguments: ['-e', obedient],
    ready: /^listening (\d+)$/,
  })
  expect(child.port).toBe(7)
  expect(isAlive(child.pid)).toBe(true)
  await all.stopAll()
  expect(child.lastLine()).toBe('last')
  expect(isAlive(child.pid)).toBe(false)
})

test('a process that ends by itself is a crash that says what it said', async () => {
  const all = open()
  await all.start({
    name: 'fragile',
    arguments: [
      '-e',
      'console.log("listening 1"); setTimeout(() => { throw new Error("out of paper") }, 50)',
    ],
    ready: /^listening (\d+)$/,
  })
  const error = await all.crashed.catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(AftergreenError)
  expect(error).toMatchObject({
    code: 'DEMO_FAILED',
    message: 'fragile ended by itself: exit code 1.',
    hint: expect.stringContaining('out of paper') as unknown,
  })
  expect(all.ending.aborted).toBe(true)
})

test('one that never becomes ready fails the start', async () => {
  const start = open().start({
    name: 'stillborn',
    arguments: ['-e', ''],
    ready: /^listening (\d+)$/,
  })
  await expect(start).rejects.toThrow('stillborn ended by itself')
})

test('children end when their parent is killed', async () => {
  const module = new URL('child-processes.ts', import.meta.url).href
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { ChildProcesses } from ${JSON.stringify(module)}
       const child = await new ChildProcesses().start({ name: 'x', arguments: ['-e', ${JSON.stringify(obedient)}], ready: /^listening/ })
       console.log(child.pid)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())))
  })
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
})
