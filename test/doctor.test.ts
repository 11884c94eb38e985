import { createServer } from 'node:net'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DoctorReport } from '../src/store/diagnosis/doctor-report.ts'
import { runCommand } from './cli/run-command.ts'
import { startServe } from './cli/start-serve.ts'
import { exportRequest, type TestSpan } from './store/export-request.ts'
import { startSender } from './store/processes.ts'
import { temporaryFolder } from './store/temporary-folder.ts'

async function doctor(args: string[], env: Record<string, string> = {}): Promise<Report> {
  const { code, out, err } = await runCommand(['doctor', '--json', ...args], env)
  if (out === '') throw new Error(err)
  return { code, ...(JSON.parse(out) as DoctorReport) }
}
type Report = DoctorReport & { code: number | null }
const titles = ({ findings }: Report, state: string): string[] =>
  findings.filter((one) => one.state === state).map(({ title }) => title)

test('a running server: what arrives, from whom, and what is wrong with it', async () => {
  const folder = await temporaryFolder()
  const serve = await startServe(folder)
  onTestFinished(() => void serve.child.kill('SIGKILL'))
  const on = ['--server', serve.url]
  const empty = await doctor(on)
  expect(empty).toMatchObject({ code: 1, source: 'server', state: 'wrong' })
  expect(titles(empty, 'wrong')).toEqual(['No telemetry has ever arrived here.'])

  const send = async (body: Buffer): Promise<number> => {
    const headers = { 'content-type': 'application/x-protobuf' }
    return (
      await fetch(`${serve.otlpUrl}/v1/traces`, {
        method: 'POST',
        headers,
        body: Buffer.from(body),
      })
    ).status
  }
  const spans = (service: string, ageSeconds: number): TestSpan[] =>
    Array.from({ length: 20 }, (_, number) => ({
      number,
      service,
      time: Date.now() - ageSeconds * 1000,
    }))
  await send(exportRequest(spans('punctual', 3)))
  await send(exportRequest(spans('fast', -90)))
  await send(exportRequest(spans('slow', 7200)))
  const again = exportRequest(spans('stubborn', 1))
  for (let i = 0; i < 12; i++) expect(await send(again)).toBe(200)
  expect(await send(Buffer.from('nonsense'))).toBe(400)

  let report = await doctor(on)
  for (let i = 0; i < 20 && report.figures?.rates?.traces.hour !== 80; i++)
    report = await doctor(on)
  expect(report).toMatchObject({ code: 1, state: 'wrong' })
  expect(report.figures?.rates?.traces).toMatchObject({ minute: 80, hour: 80 })
  expect(report.figures?.services?.map(({ service }) => service).toSorted()).toEqual([
    'fast',
    'punctual',
    'slow',
    'stubborn',
  ])
  expect(report.figures?.missing).toEqual([])
  const wrong = titles(report, 'wrong').join('\n')
  expect(wrong).toMatch(/The clock of fast is ahead by at least (8[6-9]|90)\.\d s\./)
  expect(wrong).toMatch(
    /All spans of slow arrive 2\.0 hours after they ended: its clock is probably behind/,
  )
  expect(wrong).not.toContain('punctual is')
  expect(wrong).toMatch(/without service\.version from .*punctual/)
  expect(wrong).toMatch(/11 requests with traces \(\d+ %\) were sent again/)
  expect(wrong).toMatch(
    /1 of 16 requests with traces were refused within the last hour \(OTLP_MALFORMED\)/,
  )

  const human = await runCommand(['doctor', ...on])
  expect(human).toMatchObject({ code: 1, err: '' })
  expect(human.out).toMatch(/^SOMETHING IS WRONG {2}Aftergreen \d/)
  for (const words of [
    'What is wrong',
    'everything',
    'stubborn',
    'spool',
    'kept 14 days',
    'What is as it should be',
  ]) {
    expect(human.out).toContain(words)
  }
  expect(human.out).not.toContain(String.fromCodePoint(27))
  expect(Math.max(...human.out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(110)

  // the usual port is somebody else's here, or nobody's: the folder says who holds it
  const beside = await runCommand(['doctor', '--server', 'http://127.0.0.1:1'])
  expect(beside.code).toBe(70)
})

test('without a server the folder is looked at: never fully, and never fine when something is wrong', async () => {
  const folder = path.join(await temporaryFolder(), 'data')
  const fresh = await doctor(['--data', folder])
  expect(fresh).toMatchObject({ code: 2, source: 'folder', state: 'unknown', figures: null })
  expect(titles(fresh, 'fine').join('\n')).toContain(`There is no data folder ${folder} yet`)

  const { process: holder } = await startSender(folder)
  const held = await doctor(['--data', folder])
  expect(held.code).toBe(1)
  expect(titles(held, 'wrong')).toEqual([
    `The data folder ${folder} is in use by process ${holder.pid}.`,
  ])
  holder.kill('SIGKILL')

  const file = path.join(path.dirname(folder), 'file')
  writeFileSync(file, '')
  const human = await runCommand(['doctor', '--data', file], { AFTERGREEN_DATA: folder })
  expect(human.out).toMatch(/^(?:NOT FULLY LOOKED AT|SOMETHING IS WRONG)/)
})

test('a port that is taken is named', async () => {
  const { lookAtFolder } = await import('../src/store/diagnosis/look-at-folder.ts')
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const figures = await lookAtFolder(path.join(await temporaryFolder(), 'none'), [port])
  expect(figures).toMatchObject({ takenPorts: [port], access: 'new', engineProblem: '' })
})
