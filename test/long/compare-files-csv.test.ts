import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { allRows } from '../files/all-rows.ts'
import { openedFile as opened, writtenFile as written } from '../files/opened-file.ts'

describe('CSV', () => {
  it('takes types from all values', async () => {
    const file = await opened(
      await written(
        'rows.csv',
        [
          '\uFEFFn,some,mixed,zip,big,flag,when,"a, b",n,,nothing',
          '1,1.5,1,007,12345678901234567890,true,2026-11-23,"x ""y""",1,k,',
          '-2e3,NaN,two,123,1,FALSE,2026-11-23T10:00:00+02:00,"line\nbreak",2,k,',
          '3,inf,3,99,2,True,2026-11-23 10:00:00.5,,3,k,',
          '4,NA,,1,2,true,2026-11-23T10:00:00Z,z,4,k,',
        ].join('\r\n'),
      ),
    )
    expect(file.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'n number',
      'some number',
      'mixed string',
      'zip string',
      'big string',
      'flag bool',
      'when time',
      'a, b string',
      'n_2 number',
      'column 10 string',
      'nothing string',
    ])
    const found = await allRows(file)
    expect(found[0]).toEqual({
      n: 1,
      some: 1.5,
      mixed: '1',
      zip: '007',
      big: '12345678901234567890',
      flag: true,
      when: '2026-11-23 00:00:00.000000000',
      'a, b': 'x "y"',
      n_2: 1,
      'column 10': 'k',
      nothing: null,
      row_number: 1,
    })
    expect(found.map((row) => row['when'])).toEqual([
      '2026-11-23 00:00:00.000000000',
      '2026-11-23 08:00:00.000000000',
      '2026-11-23 10:00:00.500000000',
      '2026-11-23 10:00:00.000000000',
    ])
    expect(found.map((row) => row['a, b'])).toEqual(['x "y"', 'line\nbreak', null, 'z'])
    const [special] = await file.runner.rows<object>(
      `SELECT groupArray(isNaN(some)) AS nan, groupArray(isInfinite(some)) AS inf, countIf(some IS NULL) AS absent FROM ${file.from}`,
      {},
    )
    expect(special).toEqual({ nan: [0, 1, 0], inf: [0, 0, 1], absent: 1 })
    expect(file.notes.join('\n')).toMatch(
      /several columns n; a later one is called n_2.*Column 10 has no name.*mixed holds numbers and other text.*zip holds identifiers.*big holds identifiers/s,
    )
    expect(file.notes).toContain('some: 1 value is NA or null, and absent.')
    expect(file.notes).toContain('some: 2 values are NaN or infinite; NaN counts as absent.')
  })

  it.each([
    ['semicolons', 'rows.csv', 'a;b;c\n1;x,y;2\n'],
    ['tabs', 'rows.tsv', 'a\tb\tc\n1\tx,y\t2\n'],
    ['bars', 'rows.csv', 'a|b|c\n1|x,y|2\n'],
    ['blank lines first and last', 'rows.csv', '\n\na,b,c\n1,"x,y",2\n\n'],
    ['no line feed at the end', 'rows.csv', 'a,b,c\n1,"x,y",2'],
  ])('%s', async (_, name, text) => {
    const file = await opened(await written(name, text))
    expect(await allRows(file)).toEqual([{ a: 1, b: 'x,y', c: 2, row_number: 1 }])
  })

  it('keeps empty values between tabs', async () => {
    const file = await opened(await written('rows.tsv', 'a\tb\tc\n1\t\t2\n\t\t\n'))
    expect(await allRows(file)).toMatchObject([
      { a: 1, b: null, c: 2 },
      { a: null, b: null, c: null },
    ])
  })

  it.each([
    ['versions, perhaps', '2.9,2.10,3.1', true],
    ['as many decimals everywhere', '2.90,2.10,3.00', false],
    ['only as many decimals as are wanted', '2.0,2.15,10', false],
  ])('numbers that end in zeros: %s', async (_, values, isNoted) => {
    const file = await opened(await written('rows.csv', `v\n${values.replaceAll(',', '\n')}\n`))
    expect(file.columns[0]!.type).toBe('number')
    const note =
      'v is compared as numbers: 2.10 is the same as 2.1. If it holds versions, write them as v2.10.'
    expect(file.notes).toEqual(isNoted ? [note] : [])
  })

  it('takes a quote for one only where a value begins', async () => {
    const text = 'a "x" b,"c, d" ,5" e\n1 "2,"3 ""4""",6"\n'
    const file = await opened(await written('rows.csv', text))
    const row = { 'a "x" b': '1 "2', 'c, d': '3 "4"', '5" e': '6"', row_number: 1 }
    expect(await allRows(file)).toEqual([row])
  })

  it('reads many columns with long names', async () => {
    const names = Array.from({ length: 250 }, (_, i) => `column ${i}`.padEnd(230, 'x'))
    const row = names.map((_, i) => (i % 2 === 0 ? i : `v${i}`)).join(',')
    const file = await opened(await written('rows.csv', `${names.join(',')}\n${row}\n`))
    expect(file.columns).toHaveLength(250)
    expect(file.columns[249]).toMatchObject({ name: names[249], type: 'string' })
  })

  it('numbers rows and decides types by all of them, also in long files', async () => {
    const count = 250_000
    const lines = Array.from(
      { length: count },
      (_, i) => `${i + 1},"two\nlines ${i % 7}",${i === count - 2 ? 'word' : i},${i % 3}`,
    )
    const text = `n,text,late,small\n${lines.join('\n')}\n`
    const done: number[] = []
    const file = await opened(await written('rows.csv.zst', zstdCompressSync(text)), {
      onProgress: (share) => done.push(share),
    })
    expect(file.rows).toBe(count)
    expect(file.columns.map((column) => column.type)).toEqual([
      'number',
      'string',
      'string',
      'number',
    ])
    expect(file.notes).toEqual(['late holds numbers and other text: it is compared as text.'])
    const sql = `SELECT countIf(n != ${file.rowNumber}) AS wrong, any(toTypeName(text)) AS type FROM ${file.from}`
    expect(await file.runner.rows(sql, {})).toEqual([
      { wrong: 0, type: 'LowCardinality(Nullable(String))' },
    ])
    expect(done.at(-1)).toBe(1)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
  })
})
