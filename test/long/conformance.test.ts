import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { allCases } from '../../conformance/all-cases.ts'
import { referenceLimit, startReference } from '../../conformance/reference/reference-server.ts'
import { faults } from '../../conformance/reference/faults.ts'
import type { FaultName } from '../../conformance/reference/faults.ts'
import { selfCheck } from '../../conformance/self-check.ts'

const main = path.join(import.meta.dirname, '../../conformance/main.ts')

/** The command, and how it ended. */
async function conformance(...args: string[]) {
  const run = promisify(execFile)(process.execPath, [main, ...args], { maxBuffer: 2 ** 24 })
  const { stdout, stderr } = await run.catch((error: unknown) => error as typeof run)
  return { stdout, stderr, code: run.child.exitCode }
}

async function reference(fault?: FaultName) {
  const server = await startReference(fault === undefined ? undefined : faults[fault])
  onTestFinished(() => server.close())
  const limit = ['--limit-mib', String(referenceLimit / 2 ** 20)]
  return { ...server, args: [server.url.href, '--grpc', server.grpcUrl.host, ...limit] }
}

test('the cases are many, and each has a name of its own and says what it is', () => {
  expect(allCases.length).toBeGreaterThanOrEqual(60)
  expect(new Set(allCases.map(({ id }) => id)).size).toBe(allCases.length)
  for (const { id, sends, expects, section } of allCases) {
    expect(id).toMatch(/^[a-z-]+\/[a-z\d-]+$/)
    expect(sends).not.toBe('')
    expect(expects).not.toBe('')
    expect(URL.canParse(section.url)).toBe(true)
  }
})

test('every case fails on a server with its fault, and passes on one without', async () => {
  const rows = await selfCheck(allCases)
  expect(rows.filter(({ seenToFail }) => !seenToFail)).toEqual([])
  expect(rows.filter(({ falseAlarm }) => falseAlarm !== '')).toEqual([])
}, 90_000)

test('every fault is noticed by some case', () => {
  const used = new Set<string>(allCases.map(({ fault }) => fault))
  expect(Object.keys(faults).filter((name) => !used.has(name))).toEqual([])
})

test('the self-check reports a case that cannot fail', async () => {
  const blind = { ...allCases[0]!, run: () => Promise.resolve() }
  expect(await selfCheck([blind])).toMatchObject([{ seenToFail: false, reason: 'it passed' }])
})

test('a server that conforms: exit 0, and the cases that nobody can show are not run', async () => {
  const { args } = await reference()
  const areas = ['transport', 'retries'].flatMap((area) => ['--only', area])
  const { stdout, code } = await conformance(...args, ...areas)
  expect(code).toBe(0)
  expect(stdout).toContain('Every MUST that was run passed.')
  expect(stdout).not.toContain('FAILED')
  expect(stdout).toMatch(/not run\s+MUST\s+retries\/retry-after {2}the server took them all/)
})

test('a server that does not: exit 1, what was sent, expected and seen, and the section', async () => {
  const { args } = await reference('status-202')
  const { stdout, code } = await conformance(...args, '--only', 'responses/exactly')
  expect(code).toBe(1)
  expect(stdout).toContain('FAILED: responses/exactly-200-protobuf (MUST)')
  expect(stdout).toContain('expected   exactly 200, not 202 or 204')
  expect(stdout).toContain('seen       the status is 202, and 200 was expected')
  expect(stdout).toContain('specification.md#full-success-1')
  expect(stdout).toContain('MUST    0 of 2 passed')
})

test('a SHOULD that fails is a warning', async () => {
  const { args } = await reference('no-zstd')
  const { stdout, code } = await conformance(...args, '--json', '--only', 'compression')
  expect(code).toBe(0)
  const { totals, cases } = JSON.parse(stdout) as {
    totals: object
    cases: { id: string; outcome: string; section: object }[]
  }
  expect(totals).toMatchObject({ MUST: { failed: 0 }, MAY: { failed: 1 } })
  expect(cases.find(({ id }) => id === 'compression/zstd')).toMatchObject({
    outcome: 'failed',
    section: { heading: 'section 8.4' },
  })
})

test('without a gRPC address its cases are not run, and do not count as passed', async () => {
  const { url } = await reference()
  const { stdout, code } = await conformance(url.href, '--only', 'grpc/')
  expect(code).toBe(0)
  expect(stdout).toMatch(/MUST {4}0 of 0 passed, \d+ not run/)
})

test.each([
  [2, 'There is no OTLP server', ['http://127.0.0.1:1']],
  [64, 'Give the address', []],
  [64, 'There is no case "nothing"', ['http://127.0.0.1:1', '--only', 'nothing']],
  [64, '--header NAME=VALUE', ['http://127.0.0.1:1', '--header', 'x']],
  [64, 'Unknown option', ['--wrong']],
])('exit %i: %s', async (expected, words, args) => {
  const { stderr, stdout, code } = await conformance(...args)
  expect(code).toBe(expected)
  expect(stderr).toContain(words)
  expect(stdout).toBe('')
})

test('lists cases, and helps', async () => {
  const { stdout, code } = await conformance('--list', '--only', 'limits/zstd')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/sends .*zstd[^]*1 cases/)])
  expect(await conformance('--help')).toMatchObject({ code: 0, stderr: '' })
})

test('the page counts the cases as they are', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/conformance.md'), 'utf8')
  const areas = Map.groupBy(allCases, ({ id }) => id.slice(0, id.indexOf('/')))
  for (const [area, cases] of areas) {
    const counts = (['MUST', 'SHOULD', 'MAY'] as const).map(
      (level) => cases.filter((item) => item.level === level).length,
    )
    expect(page).toContain(`| \`${area}\` | ${[cases.length, ...counts].join(' | ')} |`)
  }
  expect(page).toContain(`${allCases.length} of ${allCases.length} cases were seen to fail`)
})
