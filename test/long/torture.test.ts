import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { TortureReport } from '../../torture/run-torture.ts'

async function torture(args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const main = path.join(import.meta.dirname, '../../torture/main.ts')
  const child = spawn(process.execPath, [main, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err }
}

test('ten kills: everything that was acknowledged is stored once', async () => {
  const { code, out, err } = await torture(['--kills', '10', '--seed', '7'])
  if (out === '') throw new Error(err)
  const report = JSON.parse(out) as TortureReport
  for (const signal of ['traces', 'logs'] as const) {
    expect(report.counts[signal]).toMatchObject({ lost: 0, doubled: 0 })
    expect(report.counts[signal].acknowledged).toBeGreaterThan(1000)
  }
  expect(report.retries).toBeGreaterThan(0)
  // 2: no small disk could be made here, and the report says so
  expect([0, 2]).toContain(code)
  expect(code === 2).toBe(report.notLookedAt.length > 0)
})

test('a server that loses or doubles is caught', async () => {
  const { code, out, err } = await torture(['--self-check', '--seed', '3'])
  if (code !== 0) throw new Error(`${err}\n${out}`)
  expect(JSON.parse(out)).toMatchObject({ planted: 2, seen: 2 })
})
