import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openFile } from '../src/cohorts/source/file-engine.ts'
import { filePopulation } from '../src/cohorts/source/file-population.ts'
import { sqlSource } from '../src/cohorts/source/sql-source.ts'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import { allRows } from './files/all-rows.ts'
import { openedFile as opened, writtenFile as written } from './files/opened-file.ts'
import { temporaryFolder } from './store/temporary-folder.ts'

/** The same rows in each format. */
const rows = Array.from({ length: 4000 }, (_, i) => {
  const random = createHash('sha256').update(String(i)).digest()
  const region = ['eu', 'us', 'it"s, one'][random[0]! % 3]!
  const age = random[1]! % 7 === 0 ? null : random.readUInt16LE(2) / 8
  const isBad = random[4]! % 10 === 0 || (i % 2 === 1 && region === 'eu' && random[5]! % 2 === 0)
  return { id: i, side: i % 2, err: isBad, region, age, ms: 10 + random.readUInt32LE(6) / 2 ** 20 }
})
const names = ['id', 'side', 'err', 'region', 'age', 'ms'] as const

function csvOf(): string {
  const lines = rows.map((row) =>
    names
      .map((name) =>
        name === 'region' ? `"${row.region.replaceAll('"', '""')}"` : (row[name] ?? ''),
      )
      .join(','),
  )
  return `${names.join(',')}\n${lines.join('\n')}\n`
}

const jsonl = rows.map((row) => JSON.stringify(row)).join('\n')

/** Written by the engine itself, which is the one writer of Parquet at hand. */
async function writeParquet(file: string, select: string): Promise<void> {
  const folder = await temporaryFolder()
  const engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
  try {
    const client = await engine.client('admin')
    await client.command({ query: `INSERT INTO FUNCTION file('${file}', Parquet) ${select}` })
  } finally {
    await engine.close()
  }
}

test('the same rows give the same sample, whatever the format', async () => {
  const folder = await temporaryFolder()
  const files = ['csv', 'jsonl', 'parquet'].map((format) => path.join(folder, `rows.${format}`))
  await writeFile(files[0]!, csvOf())
  await writeFile(files[1]!, jsonl)
  await writeParquet(
    files[2]!,
    `SELECT * FROM file('${files[1]}', JSONEachRow, 'id Int32, side UInt8, err Bool, region String, age Nullable(Float64), ms Float64')`,
  )
  const answers = []
  for (const name of files) {
    const file = await opened(name)
    expect(file.rows).toBe(4000)
    expect(file.notes).toEqual([])
    const source = sqlSource(
      filePopulation(file, {
        candidate: 'side = 1',
        bad: 'err = true',
        slow: 'ms',
        ignore: ['id'],
      }),
      file.runner,
    )
    const described = await source.describe()
    const { table, measures } = await source.sample()
    answers.push({
      columns: file.columns,
      described,
      rows: table.rows,
      attributes: table.attributes.map((column) => column.name),
      bad: measures.map((measure) => measure.bad.filter((flag) => flag === 1).length),
      examined: await source.examine([
        { cohort: [{ attribute: 'region', op: '=', value: 'eu' }], measure: 'rate' },
      ]),
    })
  }
  const [csv, json, parquet] = answers
  expect(csv!.described).toMatchObject({ baseline: 2000, candidate: 2000, unit: 'row' })
  expect(csv!.described.measures.map((measure) => measure.name)).toContain('rate')
  expect(csv!.attributes.toSorted()).toEqual(['age', 'region'])
  expect(csv!.bad[0]).toBeGreaterThan(100)
  expect(json).toEqual(csv)
  expect(parquet).toEqual(csv)
})

test('what stands for nothing is absent, whatever the column holds', async () => {
  const csv = 'n,b,t,s\n1,true,2026-11-23,x\nNA,null,N/A,\n"",None,NULL,""\n'
  const json = [
    '{"n":1,"b":true,"t":"2026-11-23","s":"x"}',
    '{"n":null,"b":null,"t":null,"s":null}',
    '{"n":"","b":"","t":"","s":""}',
  ].join('\n')
  for (const [name, text] of [
    ['rows.csv', csv],
    ['rows.jsonl', json],
  ] as const) {
    const file = await opened(await written(name, text))
    expect(file.columns.map((column) => column.type)).toEqual(['number', 'bool', 'time', 'string'])
    const [first, ...others] = await allRows(file)
    expect(first).toMatchObject({ n: 1, b: true, t: '2026-11-23 00:00:00.000000000', s: 'x' })
    expect(others).toEqual(
      [2, 3].map((row) => ({ n: null, b: null, t: null, s: null, row_number: row })),
    )
  }
})

test('JSON lines: nested objects, lists, mixed types, NaN', async () => {
  const text = [
    '\uFEFF{"a":NaN,"at":"2026-01-01T00:00:00Z","o":{"p":{"q":1},"`x\'":"y"},"o.p.q":5,"l":[1,"x"],"m":1,"x":{"y":1},"b":true,"s":"NaN"}',
    '',
    '{"a":2.5,"m":"s","x":5,"big":12345678901234567890,"o":null,"s":""}',
    '{"a":-Infinity,"o":{"p":{}},"n":null}',
  ].join('\n')
  const file = await opened(await written('rows.ndjson.gz', gzipSync(text)))
  const types = Object.fromEntries(file.columns.map(({ name, type }) => [name, type]))
  expect(types).toEqual({
    a: 'number',
    at: 'time',
    'o.p.q': 'number',
    "o.`x'": 'string',
    'o.p.q_2': 'number',
    l: 'string',
    m: 'string',
    x: 'string',
    b: 'bool',
    s: 'string',
    big: 'string',
    n: 'string',
  })
  const found = await allRows(file)
  expect(found[0]).toMatchObject({ 'o.p.q': 1, 'o.p.q_2': 5, "o.`x'": 'y', m: '1', x: '{"y":1}' })
  expect(found[0]).toMatchObject({ l: '[1,"x"]', s: 'NaN', b: true, big: null, n: null })
  expect(found[1]).toMatchObject({
    a: 2.5,
    'o.p.q': null,
    x: '5',
    s: null,
    big: '12345678901234567890',
  })
  expect(file.notes).toHaveLength(5)
  const [{ nan }] = (await file.runner.rows<{ nan: number }>(
    `SELECT countIf(isNaN(a)) AS nan FROM ${file.from}`,
    {},
  )) as [{ nan: number }]
  expect(nan).toBe(1)
})

test('Parquet: the types of the file', async () => {
  const name = path.join(await temporaryFolder(), 'rows [1]{a,b}*.parquet')
  await writeParquet(
    name.replace(/[^/]*$/, 'x.parquet'),
    `SELECT toUInt64(number) AS n, toDecimal64(1.5, 2) AS d, toFloat32(0.1) AS f, (1, ('x', NULL))::Tuple(q Int8, \`w w\` Tuple(e String, g Nullable(Int32))) AS t,
      [1, 2] AS l, map('k', 'v') AS m, toDate('2026-11-23') AS day, toBool(1) AS b, if(number = 1, '', 'v') AS s FROM numbers(300000)`,
  )
  execFileSync('mv', [name.replace(/[^/]*$/, 'x.parquet'), name])
  const file = await opened(name)
  expect(file.columns.map((column) => `${column.name} ${column.type}`)).toEqual([
    'n number',
    'd number',
    'f number',
    't.q number',
    't.w w.e string',
    't.w w.g number',
    'l string',
    'm string',
    'day time',
    'b bool',
    's string',
  ])
  expect(file.rows).toBe(300_000)
  const [, second] = await file.runner.rows(
    `SELECT * FROM ${file.from} ORDER BY ${file.rowNumber} LIMIT 2`,
    {},
  )
  expect(second).toMatchObject({ n: 1, d: 1.5, f: 0.1, 't.q': 1, 't.w w.e': 'x', 't.w w.g': null })
  expect(second).toMatchObject({ l: '[1,2]', m: '{"k":"v"}', b: true, s: null })
  const [wrong] = await file.runner.rows(
    `SELECT countIf(n + 1 != ${file.rowNumber}) AS wrong FROM ${file.from}`,
    {},
  )
  expect(wrong).toEqual({ wrong: 0 })
})

test('Parquet: bytes that are no text are found again by what is printed of them', async () => {
  const file = path.join(await temporaryFolder(), 'rows.parquet')
  await writeParquet(file, "SELECT unhex('4DFC78') AS s, number AS n FROM numbers(3)")
  const { runner, from } = await opened(file)
  const [first] = await runner.rows<{ s: string }>(`SELECT s FROM ${from} LIMIT 1`, {})
  expect(first!.s).toBe('M\uFFFDx')
  const again = await runner.rows(`SELECT count() AS n FROM ${from} WHERE s = {s: String}`, first!)
  expect(again).toEqual([{ n: 3 }])
})

test('several files are one, and rows are found in theirs', async () => {
  const folder = await temporaryFolder()
  const files = [path.join(folder, 'a.csv'), path.join(folder, 'b.csv')]
  await writeFile(files[0]!, 'n,x\n1,1\n2,\n')
  await writeFile(files[1]!, 'x,n\nword,3\n')
  const file = await opened(files)
  const found = await file.runner.rows(
    `SELECT n, x, ${file.rowName} AS name FROM ${file.from} ORDER BY n`,
    {},
  )
  expect(found).toEqual([
    { n: 1, x: '1', name: 'a.csv:1' },
    { n: 2, x: null, name: 'a.csv:2' },
    { n: 3, x: 'word', name: 'b.csv:1' },
  ])
  await writeFile(files[1]!, 'n,y\n3,1\n')
  await expect(openFile(files)).rejects.toMatchObject({
    message: 'b.csv has no column x, as a.csv has.',
  })
  await writeFile(files[1]!, 'n,x,y\n3,1,1\n')
  await expect(openFile(files)).rejects.toMatchObject({ code: 'FILE_FORMAT' })
})
