import { describe, expect, it, test } from 'vitest'
import type { OpenFile } from './file-engine.ts'
import { filePopulation, type FilePopulationOptions } from './file-population.ts'

const file: OpenFile = {
  name: 'rows.csv',
  runner: {
    native: () => Promise.reject(new Error('nothing is asked')),
    rows: () => Promise.reject(new Error('nothing is asked')),
    close: () => Promise.resolve(),
  },
  from: '`t`',
  columns: (
    [
      ['side', 'number'],
      ['err', 'bool'],
      ['region', 'string'],
      ['user id', 'string'],
      ['ms', 'number'],
      ['n', 'number'],
      ['failed', 'number'],
      ['at', 'time'],
    ] as const
  ).map(([name, type]) => ({ name, type, sql: `\`${name}\`` })),
  rows: 100,
  rowNumber: '`row_number`',
  rowName: 'toString(`row_number`)',
  notes: ['A note of the file.'],
  close: () => Promise.resolve(),
}

const names = (options: FilePopulationOptions): string[] =>
  filePopulation(file, options).attributes.map((attribute) => attribute.name)

test('what decides about a row names no cohort, unless it is wanted', () => {
  const options = { candidate: 'side = 1', bad: 'err = true', slow: 'ms', unit: 'user id' }
  expect(names(options)).toEqual(['region', 'n', 'failed'])
  expect(names({ ...options, operation: 'region' })).toContain('region')
  expect(names({ ...options, ignore: ['n', 'fail*'] })).toEqual(['region'])
  const misspelt = filePopulation(file, { ...options, ignore: ['n', 'reigon'], include: ['x*'] })
  expect(misspelt.notes).toContain('--ignore reigon: there is no such column.')
  expect(misspelt.notes).toContain('--include x*: there is no such column.')
  expect(misspelt.notes.join()).not.toContain('--ignore n:')
  expect(names({ ...options, include: ['err', 'user*', 'at'] })).toEqual([
    'err',
    'region',
    'user id',
    'n',
    'failed',
    'at',
  ])
  expect(names({ ...options, baseline: 'region = "eu" or n > 3' })).toEqual(['failed'])
  expect(names({ candidate: 'side = 1', weight: 'n', badCount: 'failed' })).toEqual([
    'err',
    'region',
    'user id',
    'ms',
  ])
})

test('the expressions', () => {
  expect(
    filePopulation(file, {
      candidate: 'side = 1 and at >= -1h',
      bad: 'err = true',
      slow: 'ms',
      operation: 'region',
      unit: 'user id',
      now: Date.UTC(2026, 10, 23, 12),
    }),
  ).toEqual({
    from: '`t`',
    where: '1',
    candidate:
      "(ifNull(`side` = {candidate_0: Int64}, 0) AND ifNull(`at` >= {candidate_1: DateTime64(9, 'UTC')}, 0))",
    baseline:
      "(NOT (ifNull(`side` = {candidate_0: Int64}, 0) AND ifNull(`at` >= {candidate_1: DateTime64(9, 'UTC')}, 0)))",
    parameters: { candidate_0: '1', candidate_1: '2026-11-23 11:00:00.000' },
    attributes: [
      { name: 'region', type: 'string', sql: '`region`' },
      { name: 'n', type: 'number', sql: '`n`' },
      { name: 'failed', type: 'number', sql: '`failed`' },
    ],
    bad: 'ifNull(`err` = true, 0)',
    badCount: null,
    duration: '`ms`',
    operation: 'toString(`region`)',
    volume: false,
    additive: null,
    unit: "ifNull(toString(`user id`), concat('row ', toString(`row_number`)))",
    unitName: 'user id',
    weight: null,
    exemplar: 'toString(`row_number`)',
    exemplarName: 'row',
    notes: ['A note of the file.'],
  })
})

test('the baseline has its own filter and its own parameters', () => {
  const { candidate, baseline, parameters, unit, unitName } = filePopulation(file, {
    candidate: 'region = "eu"',
    baseline: 'region = "us"',
    bad: 'ms > 5',
  })
  expect(candidate).toBe('ifNull(`region` = {candidate_0: String}, 0)')
  expect(baseline).toBe('ifNull(`region` = {baseline_0: String}, 0)')
  expect(parameters).toEqual({ candidate_0: 'eu', baseline_0: 'us', bad_0: '5' })
  expect([unit, unitName]).toEqual(['toString(`row_number`)', 'row'])
})

test('two columns are compared without sides', () => {
  const population = filePopulation(file, { actual: 'n', expected: 'failed' })
  expect(population).toMatchObject({
    candidate: '1',
    baseline: '1',
    additive: { actual: '`n`', expected: '`failed`' },
    bad: null,
    duration: null,
    volume: false,
  })
  expect(population.attributes.map((attribute) => attribute.name)).toEqual([
    'side',
    'err',
    'region',
    'user id',
    'ms',
  ])
  expect(population.notes.at(-1)).toBe(
    'at is a time and names no cohorts; --include at makes it a number.',
  )
})

test('rows that stand for several events are one unit each, and that is said where it matters', () => {
  const notes = (options: FilePopulationOptions): string =>
    filePopulation(file, { candidate: 'side = 1', weight: 'n', ...options }).notes.join()
  const words = 'The events of a row are not taken for independent'
  expect(notes({ bad: 'err = true' })).toContain(words)
  expect(notes({ bad: 'err = true', unit: 'user id' })).not.toContain(words)
  expect(notes({ badCount: 'failed' })).not.toContain(words)
})

test('measures', () => {
  const measured = (options: FilePopulationOptions): string[] => {
    const { bad, badCount, duration, volume } = filePopulation(file, {
      candidate: 'side = 1',
      ...options,
    })
    return [
      ...(bad === null ? [] : ['bad']),
      ...(badCount === null ? [] : ['badCount']),
      ...(duration === null ? [] : ['duration']),
      ...(volume ? ['volume'] : []),
    ]
  }
  expect(measured({})).toEqual(['volume'])
  expect(measured({ bad: 'err = true' })).toEqual(['bad'])
  expect(measured({ weight: 'n', badCount: 'failed', slow: 'ms' })).toEqual([
    'badCount',
    'duration',
  ])
  expect(measured({ bad: 'err = true', slow: 'ms', measures: ['latency', 'volume'] })).toEqual([
    'duration',
    'volume',
  ])
})

describe('what is wrong', () => {
  it.each<[FilePopulationOptions, string, string]>([
    [{ candidate: 'side2 = 1' }, 'COMPARE_COLUMN', 'There is no column side2. Nearest: side.'],
    [
      { candidate: 'side = 1', unit: 'userid' },
      'COMPARE_COLUMN',
      'There is no column userid. Nearest: user id.',
    ],
    [
      { candidate: 'side = 1', slow: 'region' },
      'USAGE',
      'The column region does not hold numbers.',
    ],
    [{ candidate: 'side = "one"' }, 'FILTER_VALUE', 'side is a number, "one" is not.'],
    [{ candidate: 'err = 5' }, 'FILTER_VALUE', 'err is true or false, 5 is not.'],
    [{ candidate: 'at > 5' }, 'FILTER_VALUE', 'at is a time, 5 is not.'],
    [{ candidate: 'at > "2026-02-31"' }, 'FILTER_VALUE', 'at is a time, "2026-02-31" is not.'],
    [{ candidate: 'region > -1h' }, 'FILTER_VALUE', 'region is text, -1h is not.'],
    [{ candidate: 'side' }, 'FILTER_SYNTAX', 'The filter cannot be read at character 5'],
    [{}, 'USAGE', 'Nothing says which rows are the candidate.'],
    [{ actual: 'n' }, 'USAGE', '--actual and --expected belong together.'],
    [{ candidate: 'side = 1', measures: ['rate'] }, 'USAGE', 'Nothing says how to measure rate.'],
    [
      { candidate: 'side = 1', ignore: ['*'] },
      'USAGE',
      'No column is left that could name a cohort.',
    ],
  ])('%j', (options, code, message) => {
    expect(() => filePopulation(file, options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    )
  })
})
