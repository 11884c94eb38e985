import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Dialect } from '../src/config/binding.ts'
import { dialectDifferences } from '../src/config/dialects/dialect-differences.ts'
import { readDotenv } from '../src/config/dialects/read-dotenv.ts'
import {
  madeTexts,
  oracles,
  ours,
  pythonPresent,
  systemdPresent,
} from './config-dialects-oracles.ts'
import { forOracle, oracleAnswer } from './config-dialects-comparison.ts'
import { dialectTable, probes, tableDialects, tablePage } from './config-dialects-table.ts'

const present = (Object.keys(oracles) as Dialect[]).filter(
  (dialect) => (dialect !== 'python' || pythonPresent) && (dialect !== 'systemd' || systemdPresent),
)

const unfinished: readonly string[] = probes.flatMap((probe) => [probe, `${probe}\n`])

test.each(present)(
  '%s: every probe line and 300 made texts mean what the real reader says',
  (dialect) => {
    const many = dialect === 'shell' || dialect === 'systemd' ? 40 : 300
    const processes = dialect === 'shell' || dialect === 'systemd'
    const lines = processes ? probes.map((probe) => `${probe}\n`) : unfinished
    const texts = forOracle(dialect, [...lines, ...madeTexts(42, many)])
    const answers = oracleAnswer(dialect, texts)
    expect(texts.length).toBeGreaterThan(30)
    for (const [index, text] of texts.entries()) {
      expect({ text, answer: ours(text, dialect) }).toEqual({ text, answer: answers[index] })
    }
  },
)

test('the table on the page is what the readers say now', () => {
  expect(readFileSync(tablePage, 'utf8')).toContain(dialectTable())
})

/** Texts, and what bash, and the tests of docker/cli, compose-go, kubectl and the kubelet, say of them. */
const vectors: [Dialect, string, Record<string, string> | 'refused'][] = [
  ['docker', 'VAR=VAR_VALUE\nEMPTY_VAR=\nUNDEFINED_VAR\n', { VAR: 'VAR_VALUE', EMPTY_VAR: '' }],
  [
    'docker',
    'foo=bar\n    baz=quux\n# c\n\nwith.dots=working\nu=working too\n\n    \t  ',
    { foo: 'bar', baz: 'quux', 'with.dots': 'working', u: 'working too' },
  ],
  ['docker', 'foo=bar\n    f   =quux\n', 'refused'],
  ['docker', 'first line\nanother', 'refused'],
  ['docker', '# comment=\n=blank names are an error\n', 'refused'],
  ['docker', 'A=1\nA\nB\n', { A: '1' }],
  ['docker', `foo=${'a'.repeat(65_536 + 42)}`, 'refused'],
  ['shell', "A=0  }\nA='x y'\n", { A: 'x y' }],
  ['shell', '$y A=1\nB=2\n', { B: '2' }],
  ['shell', "export 'B'=2 \\C=\n", { B: '2', C: '' }],
  ['compose-raw', 'A="x" # y\n', { A: '"x" # y' }],
  ['kubectl', 'A="x"\nB=\n', { A: '"x"', B: '' }],
  ['kubectl', 'A=1\nA=2\n', 'refused'],
  ['kubectl', '1A=1\n', 'refused'],
  ['kubernetes-file', "A='x y' # c\nB='1\n2'\nA='later'\nC= 'v'\n", { A: 'x y', B: '1\n2', C: '' }],
  ['kubernetes-file', "A='1'\nB=2\nC='3'\n", { A: '1' }],
  ['compose', 'FOO=test\nBAR=${FOO}bar', { FOO: 'test', BAR: 'testbar' }],
  ['compose', 'BAR=$FOO', { BAR: '' }],
  ['compose', "BAR='quote $FOO'", { BAR: 'quote $FOO' }],
  ['compose', 'FOO="foo\\$BAR"', { FOO: 'foo$BAR' }],
  ['compose', 'FOO=test\nBAR="foo\\${FOO} ${FOO}"', { FOO: 'test', BAR: 'foo${FOO} test' }],
  ['compose', 'FOO="escaped\\"bar"', { FOO: 'escaped"bar' }],
  ['compose', 'OPTION_A: Foo=bar', { OPTION_A: 'Foo=bar' }],
  [
    'compose',
    'export\tOPTION_A=2\nexportFoo=3\nexport.X= 4',
    { OPTION_A: '2', exportFoo: '3', 'export.X': '4' },
  ],
  ['compose', 'FOO=a\\tb\nBAR="a\\tb"', { FOO: 'a\\tb', BAR: 'a\tb' }],
  [
    'compose',
    'KEY="Z\\aZ\\bZ\\fZ\\nZ\\rZ\\tZ\\vZ\\\\Z\\0123Z"',
    { KEY: 'Z\u0007Z\bZ\fZ\nZ\rZ\tZ\vZ\\ZSZ' },
  ],
  ['compose', 'FOO=bar #c\nBAR=123#no', { FOO: 'bar', BAR: '123#no' }],
  ['compose', 'FOO="bar\\\\\\n\\ b\\az"', { FOO: 'bar\\\n\\ b\u0007z' }],
  ['compose', 'KEY="\\x07"', { KEY: '\\x07' }],
  ['compose', 'lol$wut', 'refused'],
  ['compose', 'KEY="value\\"', 'refused'],
  ['compose', 'INVALID LINE\nfoo=bar', 'refused'],
  [
    'compose',
    'R=${UNSET:-Default Value}\nS=${UNSET-x}\nT=${UNSET:+x}',
    { R: 'Default Value', S: 'x', T: '' },
  ],
  ['compose', 'R=${UNSET?Test error}', 'refused'],
  ['compose', 'R=${UNSET:-${OTHER:-{"json":1}}}!', { R: '{"json":1}!' }],
  ['compose', 'A=1\nB=${A:-x}-${C:-y}-$$A', { A: '1', B: '1-y-$A' }],
  ['dotenvx', 'A=1\nB=\'$A\'\nC="$A"\nD=a\\$A', { A: '1', B: '$A', C: '1', D: 'a$A' }],
]

test.each(vectors)('%s as its own tests have it: %j', (dialect, text, expected) => {
  expect(ours(text, dialect)).toEqual(expected)
})

const all: readonly Dialect[] = [...tableDialects, 'compose-raw']

test('what a command prints is unknown, and so is what depends on it', () => {
  const text = 'A=$(touch /tmp/never)\nB=x${A}\nC=1\n'
  for (const dialect of ['dotenvx', 'shell'] as const) {
    const states = readDotenv(text, dialect, { environment: new Map() }).entries.map(
      ({ state }) => state,
    )
    expect(states).toEqual(['unknown', 'unknown', 'set'])
  }
})

test('an environment that is told answers references and bare names, one that is not makes them unknown', () => {
  const environment = new Map([
    ['X', 'host'],
    ['A', 'own'],
  ])
  const values = (dialect: Dialect, text: string, told: boolean): string[] =>
    readDotenv(text, dialect, told ? { environment } : {}).entries.map(
      (entry) => entry.value?.reveal() ?? entry.state,
    )
  expect(values('compose', 'X\nB=${X}\nA=file\nC=${A}', true)).toEqual([
    'host',
    'host',
    'file',
    'own',
  ])
  expect(values('compose', 'X\nB=${X}\nC=${Y:-d}', false)).toEqual(['unknown', 'unknown', 'd'])
  expect(values('docker', 'X\nNONE', true)).toEqual(['host', 'unset'])
  expect(values('shell', 'A=file\nC=$A', true)).toEqual(['file', 'file'])
})

test('places are those of the text as it was given', () => {
  const text = '\ufeff# c\r\n\r\n  export A="x\r\ny"\r\nB=1\r\n'
  const { entries } = readDotenv(text, 'dotenv')
  expect(
    entries.map(({ key, line, column, start, end }) => [key, line, column, text.slice(start, end)]),
  ).toEqual([
    ['A', 3, 3, 'export A="x\r\ny"'],
    ['B', 5, 1, 'B=1'],
  ])
  const { problems } = readDotenv('A=1\n\nB C=2\n', 'docker')
  expect(problems).toEqual([{ line: 3, column: 1, reason: expect.stringContaining('refused') }])
})

test('the last of two counts, but for fileKeyRef, where it is the first', () => {
  const counting = (dialect: Dialect): (string | undefined)[] =>
    readDotenv("A='1'\nA='2'\n", dialect)
      .entries.filter(({ effective }) => effective)
      .map(({ value }) => value?.reveal())
  expect(counting('dotenv')).toEqual(['2'])
  expect(counting('kubernetes-file')).toEqual(['1'])
})

test('differences name keys, lines and dialects, and hold no value', () => {
  const text = 'SAME=1\nQUOTED="sk_live_secret"\nREF=a$b\n'
  const found = dialectDifferences(text, ['dotenv', 'docker', 'compose'], {
    environment: new Map(),
  })
  expect(found).toEqual([
    {
      key: 'QUOTED',
      line: 2,
      groups: [
        { dialects: ['dotenv', 'compose'], state: 'set' },
        { dialects: ['docker'], state: 'set' },
      ],
    },
    {
      key: 'REF',
      line: 3,
      groups: [
        { dialects: ['dotenv', 'docker'], state: 'set' },
        { dialects: ['compose'], state: 'set' },
      ],
    },
  ])
  expect(JSON.stringify([found, readDotenv(text, 'dotenv')])).not.toContain('sk_live')
})

const long = 100_000
const hostile: [string, string][] = [
  ['open references', `A=${'${'.repeat(long / 2)}`],
  ['nested references', `A=${'${a:-'.repeat(long / 10)}${'}'.repeat(long / 2)}`],
  ['quotes', 'A=\'\nB="\nC=`\n'.repeat(long / 13)],
  ['escaped quotes', `A="${'\\"'.repeat(long / 2)}`],
  ['line breaks', '\n'.repeat(long)],
  ['names', 'A\n'.repeat(long / 2)],
  [
    'growing references',
    `A0=xxxxxxxxxx\n${Array.from({ length: 60 }, (_, n) => `A${n + 1}=\${A${n}}\${A${n}}`).join('\n')}`,
  ],
]

test.each(hostile)(
  '100,000 characters of %s are read in bounded time by every dialect',
  (_name, text) => {
    for (const dialect of all) {
      const begun = performance.now()
      readDotenv(text, dialect, { environment: new Map() })
      expect({ dialect, slow: performance.now() - begun > 3000 }).toEqual({ dialect, slow: false })
    }
  },
)
