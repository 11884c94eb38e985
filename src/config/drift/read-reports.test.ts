import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, onTestFinished } from 'vitest'

import { createConfigReporter } from './config-reporter.ts'
import { readReports } from './read-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'aftergreen-reports-'))
afterAll(() => rmSync(folder, { recursive: true }))

const reporter = createConfigReporter({
  component: 'api',
  environment: 'production',
  secret: 'a secret of this test, longer than 32 bytes',
  keys: ['PORT'],
  env: { PORT: '8080' },
})
const text = JSON.stringify(reporter.report())

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('files and folders', async () => {
  writeFileSync(join(folder, 'a.json'), text)
  writeFileSync(join(folder, 'b.jsonl'), `${text}\n${text}\n`)
  writeFileSync(join(folder, 'c.txt'), 'not a report')
  const { reports, unread, sources } = await readReports([folder, join(folder, 'none.json')])
  expect(reports).toHaveLength(3)
  expect(sources).toBe(3)
  expect(unread).toEqual([
    {
      location: { file: join(folder, 'none.json'), line: 1 },
      reason: 'The file cannot be read (ENOENT).',
    },
  ])
})

it('addresses, with credentials that are sent and never told', async () => {
  const asked: (string | undefined)[] = []
  const host = await serve((request, response) => {
    asked.push(request.headers.authorization)
    if (request.url?.startsWith('/report') === true) reporter.handle(request, response)
    else if (request.url === '/moved') response.writeHead(302, { location: '/report' }).end()
    else if (request.url === '/slow') response.write('{')
    else response.writeHead(500).end('kanarie')
  })
  const { reports, unread } = await readReports(
    [
      `http://user:kanarie@${host}/report?kanarie=kanarie#kanarie`,
      `http://user:kanarie@${host}/failing?kanarie`,
      `http://${host}/moved`,
      `http://${host}/slow`,
      'http://kanarie:kanarie@[/',
    ],
    { timeoutMs: 200 },
  )
  expect(reports).toEqual([reporter.report()])
  expect(asked[0]).toBe(`Basic ${Buffer.from('user:kanarie').toString('base64')}`)
  expect(unread.map(({ location: { file }, reason }) => `${file} ${reason}`)).toEqual([
    'an address This is no address.',
    `http://${host}/failing The address answered 500.`,
    `http://${host}/moved The address cannot be reached, or it leads elsewhere.`,
    `http://${host}/slow The address did not answer within 0.2 s.`,
  ])
})

it('an answer without an end is given up', async () => {
  const host = await serve((_, response) => {
    const part = Buffer.alloc(1_000_000, ' ')
    const write = (): void => {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', write)
    write()
  })
  const { unread } = await readReports([`http://${host}/`])
  expect(unread.map(({ reason }) => reason)).toEqual(['The answer is larger than 64 MB.'])
})
