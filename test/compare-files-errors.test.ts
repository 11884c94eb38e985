import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AftergreenError } from '../src/errors.ts'
import { openFile } from '../src/cohorts/source/file-engine.ts'
import { openedFile as opened, writtenFile as written } from './files/opened-file.ts'
import { temporaryFolder } from './store/temporary-folder.ts'

describe('what cannot be read', () => {
  const packed = gzipSync('a,b\n1,2\n3,4\n'.repeat(1000))
  it.each<[string, string | Uint8Array, string]>([
    ['empty.csv', '', 'empty.csv is empty.'],
    ['blank.csv', '\n \n', 'blank.csv is empty.'],
    ['head.csv', 'a,b\n', 'head.csv has a header but no rows.'],
    [
      'more.csv',
      'a,b\n1,2\n3,secret,5\n',
      'more.csv cannot be read in row 2 below the header: it has more values than the header has names, or text behind a closing quote.',
    ],
    [
      'fewer.csv',
      'a,b\n1,2\nsecret\n',
      'fewer.csv cannot be read in row 2 below the header: it has fewer values than the header has names.',
    ],
    [
      'one.csv',
      'a,b\nsecret\n',
      'one.csv cannot be read in row 1 below the header: it has fewer values than the header has names.',
    ],
    [
      'quote.csv',
      'a,b\n1,2\n1,"secret"y\n',
      'quote.csv cannot be read in row 2 below the header: it has more values than the header has names, or text behind a closing quote.',
    ],
    [
      'open.csv',
      'a,b\n1,2\n3,"secret\n4,5\n',
      'open.csv has a quoted value in line 3 that is never closed.',
    ],
    [
      'cut.csv.gz',
      packed.subarray(0, -9),
      'cut.csv.gz is damaged or cut off: its gzip data cannot be unpacked (unexpected end of file).',
    ],
    ['zeros.csv', Buffer.alloc(100), 'zeros.csv is no text.'],
    [
      'latin.csv',
      Buffer.from('a,b\n1,2\n3,secret M\u00fcller\n', 'latin1'),
      'latin.csv is not UTF-8 text (line 3).',
    ],
    [
      'wide.csv',
      Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le'),
      'wide.csv is not UTF-8 text (line 1).',
    ],
    ['latin.jsonl', Buffer.from('{"a":1}\n{"a":"\u00fc"}\n', 'latin1'), 'not UTF-8 text (line 2).'],
    [
      'half.csv',
      Buffer.from('a\n1\n\u00fc').subarray(0, -1),
      'half.csv is not UTF-8 text (line 3).',
    ],
    ['name.csv', 'a,"b\n1,2\n', 'name.csv has a quoted value in line 1 that is never closed.'],
    ['names.csv', `a,${'x'.repeat(60_000)}\n1,2\n`, 'names.csv has column names of 60001 bytes.'],
    [
      'long.csv.gz',
      gzipSync(`a,b\n1,${'x'.repeat(17 * 2 ** 20)}\n2,3\n`),
      'long.csv.gz has a line of more than 16 MiB (line 2).',
    ],
    ['long.jsonl', ' '.repeat(17 * 2 ** 20), 'long.jsonl has a line of more than 16 MiB (line 1).'],
    ['many.csv', `${'x,'.repeat(1000)}x\n`.repeat(2), 'many.csv has 1001 columns.'],
    ['bad.jsonl', '{"a":1}\n\n{"a":secret}\n', 'bad.jsonl has no JSON in line 3.'],
    ['list.json', '[{"a":"secret"}]', 'list.json has a list in line 1.'],
    ['value.jsonl', '{"a":1}\n5\n', 'value.jsonl has a single value in line 2.'],
    ['none.jsonl', '\n\n', 'none.jsonl has no rows.'],
    [
      'keys.jsonl',
      Array.from({ length: 1001 }, (_, i) => `{"k${i}":1}`).join('\n'),
      'keys.jsonl has more than 1000 different names up to line 1001.',
    ],
    ['text.parquet', 'a,b\n1,2\n', 'text.parquet is no Parquet file.'],
    ['cut.parquet', 'PAR1 and then nothing', 'cut.parquet is a Parquet file that was cut off.'],
    [
      'damaged.parquet',
      'PAR1 secret and garbage PAR1',
      'damaged.parquet cannot be read as Parquet',
    ],
    ['packed.parquet.gz', packed, 'packed.parquet.gz is compressed with gzip.'],
    [
      'parquet.csv',
      'PAR1....PAR1',
      'parquet.csv is a Parquet file, not a CSV file with a header line.',
    ],
    ['rows.dat', 'a\n1\n', 'rows.dat has a name that does not say what is in it.'],
  ])('%s', async (name, content, message) => {
    const file = await written(name, content)
    const error = await openFile(file).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    expect(error).toMatchObject({
      code: 'FILE_FORMAT',
      message: expect.stringContaining(message) as string,
    })
    const { hint } = error as AftergreenError
    expect(hint).toMatch(/\.$/)
    expect(`${(error as Error).message} ${hint}`).not.toContain('secret')
  })

  it('says what is no file, and what is no format', async () => {
    const folder = await temporaryFolder()
    await mkdir(path.join(folder, 'rows.csv'))
    await expect(openFile(path.join(folder, 'rows.csv'))).rejects.toMatchObject({
      message: 'rows.csv cannot be read: it is a folder.',
    })
    await expect(openFile(path.join(folder, 'gone.csv'))).rejects.toMatchObject({
      message: 'gone.csv cannot be read: there is no such file.',
    })
    await expect(
      openFile(await written('rows.dat', 'a\n1\n'), { format: 'xml' }),
    ).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Formats are: csv, tsv, parquet, jsonl.',
    })
    const file = await opened(await written('rows.dat', 'a\n1\n'), { format: 'csv' })
    expect(file.rows).toBe(1)
  })
})

describe('one file', () => {
  const folders = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('aftergreen-file-'))

  it('leaves nothing behind, also where it fails or is not wanted any more', async () => {
    // tests beside this one open files too
    vi.stubEnv('TMPDIR', await temporaryFolder())
    onTestFinished(() => void vi.unstubAllEnvs())
    const before = await folders()
    const file = await openFile(await written('rows.csv', 'a\n1\n'))
    expect(await folders()).not.toEqual(before)
    await file.close()
    await expect(openFile(await written('rows.csv', 'a,b\n1,2,3\n'))).rejects.toThrow('more values')
    const abort = new AbortController()
    const text = `a,b\n${'1,"x"\n'.repeat(2_000_000)}`
    const slow = openFile(await written('rows.csv', text), {
      signal: abort.signal,
      onProgress: (done) => {
        if (done > 0.3) abort.abort(new Error('not wanted any more'))
      },
    })
    await expect(slow).rejects.toThrow('not wanted any more')
    expect(await folders()).toEqual(before)
  })

  it('removes what a killed process left behind, and nothing of one that runs', async () => {
    const temporary = await temporaryFolder()
    const file = await written('rows.csv', 'a\n1\n')
    const script = `
      const { openFile } = await import(${JSON.stringify(path.resolve('src/cohorts/source/file-engine.ts'))})
      await openFile(${JSON.stringify(file)})
      console.log('open')
      setInterval(() => {}, 1000)`
    const open = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(child.stdout, 'data')
      return child
    }
    const left = async (): Promise<string[]> =>
      (await readdir(temporary))
        .map((name) => /^aftergreen-file-(\d+)-/.exec(name)?.[1] ?? name)
        .toSorted()
    const killed = await open()
    const closed = once(killed, 'close')
    killed.kill('SIGKILL')
    await closed
    expect(await left()).toEqual([String(killed.pid)])
    const running = await open()
    expect(await left()).toEqual([String(running.pid)])
    // a process of another container has a number that nobody here knows, but holds its lock
    const elsewhere = `aftergreen-file-${killed.pid}-other`
    const [own] = await readdir(temporary)
    await rename(path.join(temporary, own!), path.join(temporary, elsewhere))
    const third = await open()
    expect(await left()).toEqual([String(killed.pid), String(third.pid)].toSorted())
  })

  it('its runner reads the one table and nothing else', async () => {
    const file = await opened(await written('rows.csv', 'a\n1\n'))
    for (const sql of [
      "SELECT * FROM file('/etc/passwd', LineAsString)",
      `DROP TABLE ${file.from}`,
    ]) {
      await expect(file.runner.rows(sql, {})).rejects.toMatchObject({ code: 'ENGINE_QUERY' })
    }
  })
})
