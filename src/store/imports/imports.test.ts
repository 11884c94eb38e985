import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AftergreenError } from '../../errors.ts'
import { exportRequest } from '../../../test/store/export-request.ts'
import { ColumnBatch } from '../../otlp/column-batch.ts'
import { Imports, type ImportRequest } from './imports.ts'
import { requestKey } from './request-key.ts'

const now = Date.now()
const request = (number: number, ageDays = 0): ImportRequest => ({
  encoding: 'protobuf',
  body: exportRequest([{ number, time: now - ageDays * 86_400_000 }]),
})
const full = new AftergreenError('SPOOL_FULL', 'Full.')

/** Imports whose spool remembers nothing, so that every duplicate is found by the imports themselves. */
function opened(folder: string, refuse: () => boolean = () => false) {
  const stored: string[] = []
  const imports = new Imports({
    folder,
    spooled: (hash) => stored.includes(hash),
    age: () => 14 * 86_400_000,
    async ingest(signal, hash, rows) {
      await new Promise((resolve) => void setTimeout(resolve, 5))
      const outcome = rows(new ColumnBatch(signal))
      if (refuse()) throw full
      stored.push(hash)
      return { outcome, duplicate: false }
    },
  })
  return { imports, stored }
}

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-imports-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a request is stored once: in one call, in two at once, and in the next process', async () => {
  const folder = temporary()
  const first = opened(folder)
  const [a, b] = await Promise.all([
    first.imports.take('traces', [request(1), request(1), request(2, 20)]),
    first.imports.take('traces', [request(1), request(3)]),
  ])
  expect(a).toMatchObject({ accepted: 2, duplicate: 1, tooOld: 1, problems: [], again: [] })
  expect(b).toMatchObject({ accepted: 1, duplicate: 1, tooOld: 0 })
  expect(first.stored).toHaveLength(3)
  await first.imports.close()
  const second = opened(folder)
  expect(second.imports.known([requestKey('traces', request(1).body), 'f'.repeat(32)])).toEqual([
    true,
    false,
  ])
  expect(await second.imports.take('traces', [request(3), request(2, 20)])).toMatchObject({
    accepted: 0,
    duplicate: 2,
  })
  // the same bytes of another signal are another request
  expect(await second.imports.take('logs', [request(3)])).toMatchObject({ duplicate: 0 })
  await second.imports.close()
})

test('what is refused is not remembered; what is no OTLP is told', async () => {
  let refusing = true
  const { imports } = opened(temporary(), () => refusing)
  const bad: ImportRequest = { encoding: 'json', body: Buffer.from('{') }
  const both = [imports.take('traces', [request(1), bad]), imports.take('traces', [request(1)])]
  const [first, other] = await Promise.all(both)
  expect(first).toMatchObject({
    accepted: 0,
    again: [0],
    refusal: full,
    problems: [{ request: 1, lost: true }],
  })
  expect(other).toMatchObject({ accepted: 0, duplicate: 0, again: [0] })
  refusing = false
  expect(await imports.take('traces', [request(1)])).toMatchObject({
    accepted: 1,
    again: [],
    refusal: null,
  })
  await imports.close()
})

test('a list that cannot be read is said to be such', () => {
  const folder = temporary()
  writeFileSync(
    path.join(folder, 'imports.db'),
    'no database at all, but long enough to be taken for one',
  )
  expect(() => opened(folder)).toThrow(expect.objectContaining({ code: 'IMPORTS_UNREADABLE' }))
})
