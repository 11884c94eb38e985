import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRunFacts, readTrace } from './read-trace.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-trace-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

it('keeps what is whole of a trace that breaks off or was tampered with', async () => {
  const lines = [
    '{"trace":1,"language":"python","main":"a.py"}',
    '{"key":"A","how":"get","by":"project","at":["a.py",3],"state":"set","shape":"word","print":"0123456789abcdef"}',
    'null',
    '[1]',
    '{"key":5,"how":"get","by":"project"}',
    '{"key":"B","how":"get","by":"somebody"}',
    `{"key":"${'K'.repeat(300)}","how":"get","by":"project"}`,
    '{"key":"C","how":"has","by":"library","at":["a.py",-1],"print":"secret","test":7}',
    '{"key":"*","how":"copy","by":"project","at":["a.py",9]}',
    'x'.repeat(30_000),
    '{"full":true}',
    '{"key":"D","how":"ge',
  ]
  await writeFile(join(folder, '1-0-a.jsonl'), lines.join('\n'))
  await writeFile(join(folder, '2-0-b.jsonl'), Buffer.from([0, 255, 254, 10]))
  await writeFile(join(folder, 'notes.txt'), 'no trace')
  const { processes, problems } = await readTrace(folder)
  expect(processes).toHaveLength(2)
  expect(processes[0]).toEqual({
    language: 'python',
    main: 'a.py',
    reads: [
      {
        key: 'A',
        how: 'get',
        by: 'project',
        at: { file: 'a.py', line: 3 },
        state: 'set',
        shape: 'word',
        print: '0123456789abcdef',
      },
      { key: 'C', how: 'has', by: 'library' },
    ],
    copies: [{ by: 'project', at: { file: 'a.py', line: 9 } }],
  })
  expect(problems).toEqual(['A process read more than is written down for one process.'])
})

it('knows a folder that holds no trace', async () => {
  expect(await readRunFacts(folder)).toBeUndefined()
  await writeFile(join(folder, 'run.json'), '{"version":1,"keyId":"ab","exitCode":null}')
  expect(await readRunFacts(folder)).toEqual({ version: 1, keyId: 'ab', exitCode: null })
})
