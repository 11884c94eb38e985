/** The real parsers of dotenv texts, and texts made from a seed, for the tests of the dialects. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Dialect } from '../src/config/binding.ts'
import { readDotenv } from '../src/config/dialects/read-dotenv.ts'

/** Keys and values; `refused`: the reader refuses the file; `endless`: it would not come to an end. */
export type Answer = Record<string, string> | 'refused' | 'endless'

const require = createRequire(import.meta.url)
const dotenv = require('dotenv') as { parse: (text: string) => Record<string, string> }
const dotenvExpand = require('dotenv-expand') as {
  expand: (options: { parsed: Record<string, string>; processEnv: Record<string, string> }) => {
    parsed: Record<string, string>
  }
}
const dotenvx = require('@dotenvx/dotenvx') as {
  parse: (text: string, options: { processEnv: Record<string, string> }) => Record<string, string>
}

export const oracles: Partial<Record<Dialect, (texts: readonly string[]) => Answer[]>> = {
  dotenv: (texts) => texts.map((text) => dotenv.parse(text)),
  'dotenv-expand': (texts) =>
    texts.map((text) =>
      // the real one runs out of memory on references that grow
      endless(text, 'dotenv-expand')
        ? 'endless'
        : dotenvExpand.expand({ parsed: dotenv.parse(text), processEnv: {} }).parsed,
    ),
  dotenvx: (texts) =>
    texts.map((text) =>
      endless(text, 'dotenvx') ? 'endless' : dotenvx.parse(text, { processEnv: {} }),
    ),
  node: (texts) =>
    texts.map((text) => {
      // a variable without a name, which no process can have
      const { '': _nameless, ...named } = parseEnv(text) as Record<string, string>
      return named
    }),
  python: askPython,
  shell: askBash,
  systemd: askSystemd,
}

function endless(text: string, dialect: Dialect): boolean {
  return ours(text, dialect) === 'endless'
}

/** What this repository's reader answers, in the same shape. */
export function ours(text: string, dialect: Dialect): Answer {
  const { entries, rejected } = readDotenv(text, dialect, { environment: new Map() })
  if (rejected) return 'refused'
  if (entries.some(({ detail }) => detail?.startsWith('Its references') === true)) return 'endless'
  const known = entries.filter((entry) => entry.effective && entry.state !== 'unset')
  return Object.fromEntries(known.map((entry) => [entry.key, entry.value?.reveal() ?? entry.state]))
}

const pythonScript = `
import io, json, logging, os, sys
logging.disable(logging.CRITICAL)
os.environ.clear()
from dotenv.main import DotEnv
answers = []
for text in json.load(sys.stdin):
    found = DotEnv(None, stream=io.StringIO(text, newline=""), interpolate=True, override=False).dict()
    answers.append([[key, value] for key, value in found.items() if value is not None])
json.dump(answers, sys.stdout)
`

export const pythonPresent =
  spawnSync('python3', ['-c', 'import dotenv.variables'], { stdio: 'ignore' }).status === 0

function askPython(texts: readonly string[]): Answer[] {
  const { stdout } = spawnSync('python3', ['-c', pythonScript], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  // pairs, not objects: keys with escapes in them do not all survive JSON.parse of Node 24.18
  const answers = JSON.parse(stdout) as [string, string][][]
  return answers.map((pairs) => Object.fromEntries(pairs))
}

const bashScript = `
for file in "$@"; do
  (
    set -a
    . "$file" >/dev/null 2>&1
    set +a
    while read -r name; do printf '%s=%s\\0' "$name" "\${!name}"; done < <(compgen -A export)
  )
  printf '\\0\\0'
done
`

/** Only for texts without anything that bash would run (see `safeForBash`); no program can be found anyway. */
function askBash(texts: readonly string[]): Answer[] {
  return inFolder((folder) => {
    const files = texts.map((text, index) => {
      if (!safeForBash(text)) throw new Error('This text is not for bash.')
      writeFileSync(join(folder, String(index)), text)
      return String(index)
    })
    // one subshell for each text
    const { stdout } = spawnSync(
      '/bin/bash',
      ['--norc', '--noprofile', '-c', bashScript, '-', ...files.map((file) => `./${file}`)],
      {
        env: { PATH: '/nonexistent' },
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 28,
      },
    )
    return stdout
      .split('\0\0\0')
      .slice(0, files.length)
      .map((told) => {
        const pairs = told.split('\0').filter((pair) => pair !== '')
        const all = Object.fromEntries(
          pairs.map((pair) => pair.split(/=([^]*)/, 2) as [string, string]),
        )
        for (const own of ['PATH', 'PWD', 'SHLVL', '_', 'OLDPWD']) delete all[own]
        return all
      })
  })
}

export function safeForBash(text: string): boolean {
  return !/[`<>&|();!*?[\]~]|\$\(|\$[$!@*#?0-9_-]|\$\{[^}A-Za-z]/.test(text)
}

const generator = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator'
export const systemdPresent = existsSync(generator)

/** The parser of \`EnvironmentFile=\` as \`environment.d\` uses it: that one replaces references too, so texts have no \`$\`. */
function askSystemd(texts: readonly string[]): Answer[] {
  return inFolder((folder) => {
    mkdirSync(join(folder, 'environment.d'))
    const file = join(folder, 'environment.d', 'a.conf')
    return texts.map((text) => {
      writeFileSync(file, text)
      const { stdout } = spawnSync(generator, {
        env: { XDG_CONFIG_HOME: folder, HOME: folder, SYSTEMD_LOG_LEVEL: 'crit' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return Object.fromEntries(
        stdout
          .split(/\n(?=[A-Za-z_][A-Za-z0-9_]*=)/)
          .filter(Boolean)
          .map((line) => {
            const [key = '', value = ''] = line.replace(/\n$/, '').split(/=([^]*)/, 2)
            return [key, unquotedForShell(value)]
          })
          .filter(([key]) => !['QT_ACCESSIBILITY', 'PATH'].includes(key ?? '')),
      )
    })
  })
}

/** The generator writes values the way a C program would. */
function unquotedForShell(value: string): string {
  const quoted = /^"([^]*)"$/.exec(value)
  if (quoted === null) return value
  const escapes: Record<string, string> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\u0007',
    b: '\b',
    f: '\f',
    v: '\v',
  }
  return (quoted[1] ?? '').replace(/\\([^])/g, (_all, letter: string) => escapes[letter] ?? letter)
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'aftergreen-dialects-'))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const pieces = [
  'A',
  'B',
  'C_1',
  'x',
  'y z',
  'export ',
  'export',
  '=',
  '=',
  '=',
  ' = ',
  ': ',
  ':',
  '"',
  '"',
  "'",
  "'",
  '`',
  '#',
  ' #',
  '\\',
  '\\n',
  '\\"',
  "\\'",
  '\\$',
  '\\\\',
  '$A',
  '$B',
  '${A}',
  '${B}',
  '${A:-d}',
  '${Z-e}',
  '${Z:-}',
  '${A:+s}',
  '${Z:-${A}}',
  '$$',
  '${',
  '}',
  '$',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n',
  '\n',
  '\r\n',
  '0',
  '.',
  '-',
  'é',
  '\u00a0',
  ';',
  '{"k":1}',
  '\\t',
  '\ufeff',
]

const whole = [
  'A=1',
  'B=2',
  'A="x y"',
  "A='x y'",
  'A=`x`',
  'export B=3',
  'B="$A"',
  "B='$A'",
  'B=${A}',
  'A=a#b',
  'A=a #b',
  'A="a\nb"',
  'A="a\\nb"',
  'A= x ',
  'C_1=${A:-d}',
  'C_1=${Z:-${B}}',
  'A',
  '# note',
  '',
  '  B=4',
  'A=',
  'A=""',
  'B=pa$$word',
  'B="\\$A"',
  'A: v',
  'A = v',
  'A=x\\ y',
]

/** Texts of one to six lines, the same for the same seed; most are almost right. */
export function madeTexts(seed: number, count: number): string[] {
  let state = seed >>> 0
  const random = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? ''
  const line = (): string => {
    const kind = random(4)
    if (kind === 0) return pick(whole)
    const parts = kind === 1 ? '' : `${pick(['A', 'B', 'C_1', 'export A'])}=`
    return parts + Array.from({ length: 1 + random(6) }, () => pick(pieces)).join('')
  }
  return Array.from({ length: count }, () => {
    const breaks = random(8) === 0 ? '\r\n' : '\n'
    return Array.from({ length: 1 + random(6) }, line).join(breaks) + (random(2) === 0 ? '\n' : '')
  })
}
